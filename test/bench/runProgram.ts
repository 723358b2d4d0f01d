import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a program against the engine at a socket and returns what it printed. */
export async function runProgram(
  program: string,
  words: readonly string[],
  { socketPath, signal }: { readonly socketPath: string; readonly signal: AbortSignal },
): Promise<string> {
  const env = { ...process.env, DOCKER_HOST: `unix://${socketPath}` };
  const { stdout } = await execute(program, words, { env, signal, timeout: 120_000 });
  return stdout;
}
