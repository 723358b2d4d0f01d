import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { describeError } from '../shared/describeError.ts';
import { CordonError, hasCode, summarize } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine } from './containerEngine.ts';

/** An engine call that takes longer than this hangs: the next, harder means is tried. */
const stepMs = 5000;

/** What became of a container that was to stand still. */
export interface Freeze {
  readonly result: 'frozen' | 'stopped' | 'failed';
  readonly problem?: string;
}

/** Makes a container stand still and takes it off every network, by whatever works. Removes nothing. */
export async function freezeContainer(
  engine: Pick<ContainerEngine, 'pauseContainer' | 'killContainer' | 'disconnectNetwork'>,
  containerId: string,
  log: Log,
): Promise<Freeze> {
  const [still, cutOff] = await Promise.all([
    standStill(engine, containerId, log),
    within(engine.disconnectNetwork(containerId)).then(
      () => undefined,
      (error: unknown) => {
        log.error(`A container could not be taken off its network: ${describeError(error)}`);
        return l10n.t('Its network could not be cut: {0}', summarize(error).message);
      },
    ),
  ]);
  const problem = [still.problem, cutOff].filter(Boolean).join(' ');
  return { result: still.result, ...(problem !== '' && { problem }) };
}

/** What became of a workspace whose containers were to stand still: the worst of it, with all that could not be done. */
export function worseOf(one: Freeze, other: Freeze): Freeze {
  const result = (['failed', 'frozen', 'stopped'] as const).find((each) =>
    [one.result, other.result].includes(each),
  );
  const problem = [one.problem, other.problem].filter(Boolean).join(' ');
  return { result: result ?? 'failed', ...(problem !== '' && { problem }) };
}

/** What cannot be paused is killed: nothing may run on. */
async function standStill(
  engine: Pick<ContainerEngine, 'pauseContainer' | 'killContainer'>,
  containerId: string,
  log: Log,
): Promise<Freeze> {
  try {
    await within(engine.pauseContainer(containerId));
    return { result: 'frozen' };
  } catch (error) {
    if (hasCode(error, 'notRunning')) return { result: 'stopped' };
    log.error(`A container could not be paused and is killed: ${describeError(error)}`);
    const problem = l10n.t('It could not be paused: {0}', summarize(error).message);
    try {
      await within(engine.killContainer(containerId));
      return { result: 'stopped', problem };
    } catch (failure) {
      log.error(`A container could not be killed: ${describeError(failure)}`);
      return { result: 'failed', problem };
    }
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const message = l10n.t('The engine did not answer within {0} s.', stepMs / 1000);
  return await pTimeout(work, { milliseconds: stepMs, message: new CordonError('timeout', message) });
}
