import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// The module that VS Code gives to extensions exists nowhere in npm: tests in plain Node get a small one in its place.
// mocha loads this file before any test (.mocharc.json), and Node loads it once more in the thread that resolves.
if (isMainThread) register(import.meta.url);

const fake = new URL('module.ts', import.meta.url).href;

export function resolve(specifier, context, next) {
  return specifier === 'vscode'
    ? { url: fake, format: 'module', shortCircuit: true }
    : next(specifier, context);
}
