import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { builtProgram } from './builtProgram.ts';

/** Asked for beside operations, or to an end of its own: no request of an operation that is struck. */
export const aside = /\/(?:stats|top) |^GET events /;

/** A process of its own that is ready, and does something as soon as it is told, to be killed meanwhile. */
export interface StruckChild {
  kill(): void;
  /** Lets it begin; settles when it has ended: with `true` where it was killed, rejects where it failed. */
  run(): Promise<boolean>;
}

/** Starts a script of this folder. */
export async function startStruckChild(script: string, args: readonly string[]): Promise<StruckChild> {
  const child = spawn(process.execPath, [await builtProgram(script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  return {
    kill: () => {
      child.kill('SIGKILL');
    },
    run: async () => {
      child.stdin.end('go\n');
      const [code, signal] = (await exit) as [number | null, string | null];
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`ended with ${code}`);
      return signal === 'SIGKILL';
    },
  };
}
