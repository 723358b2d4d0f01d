import fs from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { whereItWas } from '../host/whereItWas.mjs';

const folder = path.join(import.meta.dirname, '../../out/test/programs');
const built = new Map<string, Promise<string>>();

/**
 * Makes one file of a script of this folder with all that it imports of ours, and gives its path: one that is started again
 * and again would spend longer on being read as TypeScript than on its work.
 */
export function builtProgram(script: string): Promise<string> {
  const building = built.get(script) ?? buildProgram(script);
  built.set(script, building);
  return building;
}

async function buildProgram(script: string): Promise<string> {
  const file = path.join(folder, `${path.basename(script, '.ts')}.mjs`);
  // Another run of tests may just be starting what it has built.
  const draft = `${file}.${process.pid}`;
  await build({
    entryPoints: [path.join(import.meta.dirname, script)],
    ...{ outfile: draft, bundle: true, packages: 'external', platform: 'node', format: 'esm' },
    plugins: [whereItWas],
  });
  await fs.rename(draft, file);
  return file;
}
