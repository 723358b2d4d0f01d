import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCleanup } from './cleanup.mjs';
import { run } from './command.mjs';
import { followDemo } from './demoRun.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { engineJson } from './engineRequest.mjs';
import { defaultSocket } from './findEngine.mjs';
import { debianImage, ensureImages } from './images.mjs';
import { removeManaged } from './leftovers.mjs';
import { projectRoot } from './paths.mjs';
import { createTimes, printIsolation, printResult, printWorkspace } from './startReport.mjs';
import { openVSCode } from './startWindow.mjs';

// npm start                          opens the sample project in a workspace and runs its tests there
// npm start -- --folder PATH         another folder
// npm start -- --command "make"      another command
// npm start -- --image REFERENCE     another image
// npm start -- --once                ends after the command, with its exit code

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: path.join(projectRoot, 'test/sample') },
    command: { type: 'string' },
    image: { type: 'string', default: debianImage },
    once: { type: 'boolean', default: false },
  },
});
const cleanup = createCleanup();
const times = createTimes();
try {
  process.exitCode = await main();
} catch (error) {
  if (!cleanup.closed.aborted) console.error(`\n${error.message}`);
  process.exitCode = 1;
}
await times.measure('ending', cleanup.run);
times.print('Ended');

async function main() {
  const folder = fs.realpathSync(values.folder);
  const command = values.command ?? defaultCommand(folder);
  await times.measure('dependencies', ensureDependencies);
  await times.measure('build', () => run(process.execPath, ['esbuild.config.mjs'], { cwd: projectRoot }));
  const engine = await times.measure('engine', () => ensureEngine({ cleanup }));
  await describeEngine(engine);
  if (values.image === debianImage) {
    await times.measure('image', () => ensureImages({ ...engine, wanted: [debianImage] }));
  }
  cleanup.closed.throwIfAborted();

  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'cordon-start-'));
  cleanup.add('the temporary folder', () =>
    fs.rmSync(temporary, { recursive: true, force: true, maxRetries: 3 }),
  );
  const demo = followDemo(temporary);
  const opening = times.measure('VS Code', () =>
    openVSCode({
      folder,
      userDataDir: path.join(temporary, 'user-data'),
      settings: settingsFor(engine),
      env: { CORDON_DEMO_OUT: demo.file, CORDON_DEMO_COMMAND: command },
    }),
  );
  // one that is still opening when all ends is waited for
  cleanup.add('VS Code', async () => (await opening.catch(() => undefined))?.close());
  cleanup.add('the workspace', () => removeWorkspace(demo, engine, opening));
  const code = await opening;
  cleanup.closed.throwIfAborted();
  console.log(`Window     ${code.what}`);
  const exitCode = await follow(demo, code, command);
  if (values.once || exitCode === undefined) return exitCode ?? 1;

  console.log(code.address ? `\nOpen it in a browser: ${code.address}` : '\nThe window is open.');
  console.log('It stays until Ctrl+C.');
  const why = await code.ended;
  if (!cleanup.closed.aborted) console.log(`Ending: ${why}.`);
  return 0;
}

/** Prints what the demo tells until its command has ended; `undefined` when it got no exit code. */
async function follow(demo, code, command) {
  const lost = code.ended.then((why) => ({ step: 'failed', message: why }));
  const told = async (...steps) => await Promise.race([demo.next(...steps, 'failed'), lost]);
  demo.on('progress', ({ message }) => console.log(`           ${message}`));
  const print = { running: printWorkspace, isolation: printIsolation, ran: printResult };
  const names = {
    activated: 'activation',
    running: 'create to running',
    isolation: 'isolation report',
    ran: 'command',
  };
  let previousMs = Date.now();
  for (const step of ['activated', 'running', 'isolation', 'ran']) {
    const event = await told(step);
    cleanup.closed.throwIfAborted();
    if (event.step === 'failed') {
      console.error(`\nIt failed${event.code ? ` (${event.code})` : ''}: ${event.message}`);
      return undefined;
    }
    times.add(names[step], event.atMs - previousMs);
    previousMs = event.atMs;
    print[step]?.(event, command);
  }
  times.print('Steps');
  return demo.seen('ran').result.exitCode;
}

/** Through the API, as a person would; straight in the engine where VS Code no longer answers. */
async function removeWorkspace(demo, engine, opening) {
  const gone = opening.then(
    (code) => code.ended,
    () => undefined,
  );
  const removedWithin = async (timeoutMs) => await Promise.race([demo.requestStop({ timeoutMs }), gone]);
  // one that has not begun yet will see the request when it does
  const removed = (await removedWithin(500)) ?? (demo.seen('activated') && (await removedWithin(60_000)));
  demo.close();
  const id = demo.seen('running')?.workspace.id;
  if (!id || removed?.step === 'removed') return;
  console.error(
    `Cordon did not remove the workspace${removed?.message ? ` (${removed.message})` : ''}: removing it.`,
  );
  await removeManaged(engine.socketPath, `cordon.workspace.id=${id}`);
}

async function describeEngine({ socketPath, why }) {
  const version = await engineJson(socketPath, 'GET', '/version');
  const name = version.Platform?.Name || version.Components?.[0]?.Name || 'Engine';
  const product = name === 'Engine' ? 'Docker Engine' : name;
  console.log(`Engine     ${product} ${version.Version}, API ${version.ApiVersion}`);
  console.log(`           ${socketPath} (${why})`);
}

function settingsFor({ socketPath }) {
  const scheme = process.platform === 'win32' ? 'npipe' : 'unix';
  const host = socketPath === defaultSocket ? {} : { 'cordon.engine.host': `${scheme}://${socketPath}` };
  return { 'cordon.image': values.image, ...host };
}

function defaultCommand(folder) {
  const manifest = path.join(folder, 'package.json');
  const hasTests = fs.existsSync(manifest) && JSON.parse(fs.readFileSync(manifest, 'utf8')).scripts?.test;
  return hasTests ? 'npm test' : 'ls -la';
}
