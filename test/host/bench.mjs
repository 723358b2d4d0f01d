import path from 'node:path';
import { parseArgs } from 'node:util';
import { createCleanup } from './cleanup.mjs';
import { run } from './command.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { cacheFolder, projectRoot } from './paths.mjs';

// npm run bench                                    everything
// npm run bench -- --runs 30 --only life,events    more of some; there are life, creates, events, answers, reconcile, stats,
//                                                  ports, languageServers, terminal, paths, reviews, copies, filtered,
//                                                  activation

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '15' }, only: { type: 'string' } },
});
const cleanup = createCleanup();
const running = main();
process.exitCode = await running.catch((error) => {
  console.error(error.message);
  return 1;
});
await cleanup.run();

async function main() {
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error('--runs takes a whole number from 1 on.');
  await ensureDependencies();
  // what follows imports npm packages
  const { register } = await import('tsx/esm/api');
  register();
  await run(process.execPath, [path.join(projectRoot, 'esbuild.config.mjs')], { cwd: projectRoot });
  const { debianImage, ensureImages } = await import('./images.mjs');
  const { runBenchmarks } = await import('../bench/runBenchmarks.ts');
  const { socketPath } = await ensureEngine({ cleanup });
  // an end by request waits until what was made in the engine is gone, before the engine ends
  cleanup.add('what the benchmarks made', () => running.catch(() => {}));
  await ensureImages({ socketPath, wanted: [debianImage] });
  return await runBenchmarks({
    socketPath,
    image: debianImage,
    runs,
    outputFile: path.join(cacheFolder, 'bench.json'),
    signal: cleanup.closed,
    prepareVSCode,
    only: values.only?.split(','),
  });
}

async function prepareVSCode() {
  const { installVSCodeServer } = await import('./vscode/install-vscode.mjs');
  const { ensureChromium } = await import('./vscode/chromium.mjs');
  await installVSCodeServer();
  await ensureChromium();
}
