import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { proxyReload } from '../../isolation/egress/proxyProgram.ts';
import { beginOf } from '../../shared/beginOf.ts';
import { CordonError } from '../../shared/errors.ts';
import type { EngineProcesses } from '../engineProcesses.ts';

/** An ordinary one takes a hundredth of this. */
const longestReloadMs = 10_000;
const keptCharacters = 500;

/** Has a proxy that runs keep to another configuration from now on. Rejects where it does not take it. */
export async function reloadRules(
  engine: Pick<EngineProcesses, 'startProcess'>,
  containerId: string,
  configuration: string,
): Promise<void> {
  const process = await engine.startProcess({
    ...{ containerId, command: proxyReload(), cwd: '/', env: {}, stdin: true },
  });
  try {
    // One that ends without reading all of it says so by its exit code.
    process.stdin.on('error', () => undefined);
    process.stdin.end(configuration);
    const ended = Promise.all([
      process.exitCode,
      beginOf(process.stdout, keptCharacters),
      beginOf(process.stderr, keptCharacters),
    ]);
    const [exitCode, ...said] = await pTimeout(ended, {
      milliseconds: longestReloadMs,
      message: new CordonError('timeout', l10n.t('The proxy did not take its rules in time.')),
    });
    if (exitCode === 0) return;
    const reason = said.join(' ').trim() || l10n.t('exit code {0}', exitCode);
    throw new CordonError('engineFailed', l10n.t('The proxy did not take its rules: {0}', reason));
  } finally {
    process.close();
  }
}
