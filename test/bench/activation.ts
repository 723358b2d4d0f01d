import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import type { BenchSetting } from './benchSetting.ts';
import type { Measurement } from './measurement.ts';

const execute = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const here = join(import.meta.dirname, 'extension');
const starts = 5;

const told = z.object({
  firstMs: z.number(),
  emptyMs: z.number(),
  loadMs: z.number(),
  activateMs: z.number(),
  calls: z.int(),
});

/**
 * Loading and activation inside the extension host of a VS Code that was just started, of the code as it is packaged.
 * Fails when anything was connected to before `activate` returned.
 */
export async function measureActivation(setting: BenchSetting): Promise<readonly Measurement[]> {
  const extension = await fs.mkdtemp(join(tmpdir(), 'cordon-bench-extension-'));
  try {
    await buildExtension(extension);
    const all: z.infer<typeof told>[] = [];
    for (let start = 0; start < starts; start++) {
      setting.say(`  start ${start + 1} of ${starts}`);
      all.push(await startOnce(extension, setting));
    }
    const calls = Math.max(...all.map((one) => one.calls));
    if (calls > 0) throw new Error(`Activation connected ${calls} times before it returned.`);
    const each = (pick: (one: z.infer<typeof told>) => number) => all.map(pick);
    return [
      { measure: 'VS Code loads its first, empty module', samples: { raw: each(({ firstMs }) => firstMs) } },
      { measure: 'VS Code loads a further, empty module', samples: { raw: each(({ emptyMs }) => emptyMs) } },
      { measure: 'activation: load the code', samples: { cordon: each(({ loadMs }) => loadMs) } },
      { measure: 'activation: activate()', samples: { cordon: each(({ activateMs }) => activateMs) } },
      {
        measure: 'activation: both, no engine call',
        samples: { cordon: each(({ loadMs, activateMs }) => loadMs + activateMs) },
        target: { of: 'median', atMost: 50 },
      },
    ];
  } finally {
    await fs.rm(extension, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The extension as it is packaged, beside the project's own build, with an entry that takes the time. */
async function buildExtension(folder: string): Promise<void> {
  await fs.symlink(join(root, 'src'), join(folder, 'src'));
  await execute(process.execPath, [join(root, 'esbuild.config.mjs'), '--production'], { cwd: folder });
  for (const name of ['timed.js', 'empty.js', 'tests.cjs'])
    await fs.copyFile(join(here, name), join(folder, name));
  for (const name of ['media', 'package.nls.json'])
    await fs.cp(join(root, name), join(folder, name), { recursive: true });
  const manifest = JSON.parse(await fs.readFile(join(root, 'package.json'), 'utf8')) as object;
  // Nothing activates it but the test, which then sees all of it.
  const own = { ...manifest, main: './timed.js', activationEvents: [] };
  await fs.writeFile(join(folder, 'package.json'), JSON.stringify(own));
}

async function startOnce(extension: string, { folder, signal }: BenchSetting): Promise<z.infer<typeof told>> {
  const code = join(root, 'test/host/vscode/code-headless.mjs');
  const words = [
    code,
    folder,
    `--extensionDevelopmentPath=${extension}`,
    `--extensionTestsPath=${join(extension, 'tests.cjs')}`,
  ];
  const env = { ...process.env, DOCKER_HOST: `unix://${join(folder, 'no-engine.sock')}` };
  const { stdout } = await execute(process.execPath, words, { env, signal, timeout: 120_000 });
  const line = stdout.split('\n').find((text) => text.startsWith('activation: '));
  return z.parse(told, JSON.parse(line?.slice('activation: '.length) ?? 'null'));
}
