import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
const person = process.getuid!() === 0 ? { uid: 1000, gid: 1000 } : {};

export type AcceptingChild = Awaited<ReturnType<typeof acceptingChild>>;

/** Makes, in a folder, a program of `acceptingProcess.ts`: one is started for every step, and TypeScript takes long to start. */
export async function acceptingChild(folder: string) {
  const program = join(folder, 'accepting.mjs');
  await chmod(folder, 0o755);
  await build({
    entryPoints: [join(import.meta.dirname, 'acceptingProcess.ts')],
    ...{ outfile: program, bundle: true, platform: 'node', format: 'esm', banner: { js: require } },
  });
  const run = async (work: string, parent: string, step: number, user: typeof person) => {
    const child = spawn(process.execPath, [program, parent, work, String(step)], {
      ...{ ...user, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, NODE_V8_COVERAGE: '' } },
    });
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    if (code !== 0 && signal !== 'SIGKILL') throw new Error(`ended with ${code}`);
    return signal === 'SIGKILL';
  };
  return {
    /** Runs it up to a step of its own. Gives whether it has that. */
    killAt: (step: number, work: 'accept' | 'undo', parent: string) => run(work, parent, step, {}),
    /** The same as an ordinary user. */
    killPersonAt: (step: number, work: 'accept' | 'undo', parent: string) => run(work, parent, step, person),
    /** Runs it to its end, as an ordinary user. */
    runAsPerson: async (work: 'prepare' | 'accept' | 'undo' | 'recover', parent: string) => {
      await run(work, parent, 0, person);
    },
  };
}
