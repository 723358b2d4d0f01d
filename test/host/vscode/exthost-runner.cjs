// Runs inside the extension host in place of the tests' index: carries the console to whoever started VS Code, runs the
// real index, writes its result, and takes coverage.
const { Console } = require('node:console');
const fs = require('node:fs');
const { findSourceMap } = require('node:module');
const path = require('node:path');
const { Writable } = require('node:stream');
const { pathToFileURL } = require('node:url');

const output = fs.openSync(process.env.VSCODE_HEADLESS_OUT, 'a');
const stream = () =>
  Object.assign(
    new Writable({
      decodeStrings: false,
      write(chunk, _encoding, done) {
        fs.writeSync(output, chunk);
        done();
      },
    }),
    { isTTY: false, columns: 120 },
  );
// VS Code makes console.log and process.stdout.write read-only here, so the objects that hold them are replaced
const stdout = stream();
const stderr = stream();
globalThis.console = new Console({ stdout, stderr, colorMode: Boolean(process.env.FORCE_COLOR) });
Object.defineProperty(process, 'stdout', { value: stdout, configurable: true });
Object.defineProperty(process, 'stderr', { value: stderr, configurable: true });

// VS Code sets Error.prepareStackTrace, which turns Node's own source maps off
process.setSourceMapsEnabled(true);
Error.prepareStackTrace = (error, frames) => {
  // assertion errors carry their code in the name already
  const head = String(error).replace(/( \[\w+\])\1/, '$1');
  return `${head}${frames.map((frame) => `\n    at ${placeOf(frame)}`).join('')}`;
};

function placeOf(frame) {
  const file = frame.getFileName();
  const entry =
    file && findSourceMap(file)?.findEntry(frame.getLineNumber() - 1, frame.getColumnNumber() - 1);
  if (!entry?.originalSource) return String(frame);
  const source = entry.originalSource.replace('file://', '');
  return `${frame.getFunctionName() ?? '<anonymous>'} (${source}:${entry.originalLine + 1}:${entry.originalColumn + 1})`;
}

async function load(file) {
  try {
    return require(file);
  } catch (error) {
    if (!/^ERR_REQUIRE_(ESM|ASYNC)/.test(error.code)) throw error;
    return await import(pathToFileURL(require.resolve(file)).href);
  }
}

exports.run = async () => {
  const file = process.env.VSCODE_HEADLESS_TESTS;
  const result = (code) => fs.writeFileSync(`${process.env.VSCODE_HEADLESS_OUT}.result`, String(code));
  try {
    const index = await load(file);
    const run = index.run ?? index.default?.run;
    if (typeof run !== 'function') throw new Error(`${file} does not export run()`);
    await run(path.dirname(file));
    result(0);
  } catch (error) {
    result(1);
    throw error;
  } finally {
    if (process.env.NODE_V8_COVERAGE) require('node:v8').takeCoverage();
  }
};
