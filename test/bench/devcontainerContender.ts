import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { runLabel, type BenchSetting } from './benchSetting.ts';
import { command, requireHello, type Contender } from './contender.ts';
import { runProgram } from './runProgram.ts';

const cli = createRequire(import.meta.url).resolve('@devcontainers/cli/devcontainer.js');
const upAnswer = z.object({ outcome: z.literal('success'), containerId: z.string() });

/** What a dev container takes: its CLI, on the same folder and image. It has nothing for stop, restart and remove. */
export async function devcontainerContender(setting: BenchSetting): Promise<Contender> {
  // Beside the folder: in it, Cordon would protect it, which is more than it asks of the engine for others.
  const config = join(dirname(setting.folder), '.devcontainer.json');
  await writeFile(config, JSON.stringify({ image: setting.image }));
  const place = ['--workspace-folder', setting.folder, '--config', config];
  const run = ['--id-label', runLabel(setting.name)];
  // Its own label beside the run's, for `up` takes any container with all of them for its own.
  const own = ['--id-label', 'cordon.bench.devcontainer=true'];
  const devcontainer = (action: string, ...words: string[]) =>
    runProgram(process.execPath, [cli, action, ...place, ...run, ...own, ...words], setting);
  const docker = (...words: string[]) => runProgram('docker', words, setting);
  let id = '';
  return {
    name: 'devcontainer',
    async create() {
      const lastLine = (await devcontainer('up')).trim().split('\n').at(-1) ?? '';
      id = z.parse(upAnswer, JSON.parse(lastLine)).containerId;
    },
    async exec() {
      requireHello(await devcontainer('exec', ...command));
    },
    async restart() {
      await docker('restart', '--time', '5', id);
    },
    async stop() {
      await docker('stop', '--time', '5', id);
    },
    async remove() {
      await docker('rm', '--force', '--volumes', id);
    },
  };
}
