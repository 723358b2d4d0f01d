import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { proxyReload } from '../../isolation/egress/proxyProgram.ts';
import { beginOf } from '../../shared/beginOf.ts';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerProcess, EngineProcesses } from '../engineProcesses.ts';

/** An ordinary change takes a hundredth of this. */
export const longestChangeMs = 10_000;
/** Of what is said when it fails. */
export const keptCharacters = 500;

/** Has a proxy that runs keep to another configuration from now on. Rejects where it does not take it. */
export async function reloadRules(
  engine: Pick<EngineProcesses, 'startProcess'>,
  containerId: string,
  configuration: string,
): Promise<void> {
  const process = await startInProxy(engine, containerId, proxyReload());
  try {
    process.stdin.end(configuration);
    const ended = Promise.all([
      process.exitCode,
      beginOf(process.stdout, keptCharacters),
      beginOf(process.stderr, keptCharacters),
    ]);
    const [exitCode, ...said] = await pTimeout(ended, {
      milliseconds: longestChangeMs,
      message: new CordonError('timeout', l10n.t('The proxy did not take its rules in time.')),
    });
    if (exitCode !== 0) throw rulesNotTaken(said.join(' '), exitCode);
  } finally {
    process.close();
  }
}

/** Begins a command of `proxyProgram.ts` in the container of a proxy, to which a configuration is written. */
export async function startInProxy(
  engine: Pick<EngineProcesses, 'startProcess'>,
  containerId: string,
  command: readonly string[],
): Promise<ContainerProcess> {
  const process = await engine.startProcess({ containerId, command, cwd: '/', env: {}, stdin: true });
  // One that ends without reading all of it says so by its exit code.
  process.stdin.on('error', () => undefined);
  return process;
}

/** What to reject with where such a command ended like this. */
export function rulesNotTaken(said: string, exitCode: number): CordonError {
  const reason = said.trim() || l10n.t('exit code {0}', exitCode);
  return new CordonError('engineFailed', l10n.t('The proxy did not take its rules: {0}', reason));
}
