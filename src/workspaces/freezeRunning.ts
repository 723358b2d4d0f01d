import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { isUp } from './containerState.ts';
import { freezeContainer, worseOf, type Freeze } from './freezer.ts';

/** How long an engine may take to answer at all. */
const engineMs = 3000;

/** A container of a workspace. */
interface Target {
  readonly workspaceId: string;
  readonly id: string;
}

/** What became of each workspace that has a container that runs, by workspace; nothing where no engine was reached. */
export interface FreezeOnEngine {
  readonly freezes: ReadonlyMap<string, Freeze>;
  /** What is true of every other workspace. */
  readonly others: { readonly result: Freeze['result'] | 'waiting'; readonly problem?: string };
}

/** Freezes every container that runs on the engine at once; the known ones where it does not list them. */
export async function freezeRunning(
  engines: Pick<EngineSource, 'get'>,
  known: () => readonly Target[],
  log: Log,
): Promise<FreezeOnEngine> {
  const freezes = new Map<string, Freeze>();
  try {
    const engine = await engines.get(AbortSignal.timeout(engineMs));
    const listed = await runningContainers(engine, log);
    const proxies = cutProxies(engine, () => true, log);
    await Promise.all(
      (listed ?? known()).map(async ({ workspaceId, id }) => {
        const freeze = await freezeContainer(engine, id, log);
        const before = freezes.get(workspaceId);
        freezes.set(workspaceId, before ? worseOf(before, freeze) : freeze);
      }),
    );
    await proxies;
    // What nobody knew to run may run all the same.
    const untold = { result: 'failed', problem: l10n.t('The engine did not tell what runs.') } as const;
    return { freezes, others: listed ? { result: 'stopped' } : untold };
  } catch (error) {
    log.error(`Panic could not reach the engine: ${describeError(error)}`);
    return { freezes, others: { result: 'waiting' } };
  }
}

/**
 * Ends the proxies of workspaces: what they still hold would go on its way. The workspaces themselves are off their
 * networks by then, so that what fails here lets nothing of them out.
 */
export async function cutProxies(
  engine: Pick<ContainerEngine, 'listProxies' | 'killContainer'>,
  isMeant: (workspaceId: string) => boolean,
  log: Log,
): Promise<void> {
  try {
    const proxies = await pTimeout(engine.listProxies(), { milliseconds: engineMs });
    const up = proxies.filter(({ state, workspaceId }) => isUp(state) && isMeant(workspaceId));
    await pTimeout(Promise.all(up.map(({ id }) => engine.killContainer(id))), { milliseconds: engineMs });
  } catch (error) {
    log.error(`A proxy could not be ended: ${describeError(error)}`);
  }
}

/** `undefined` where the engine does not list them. */
async function runningContainers(
  engine: Pick<ContainerEngine, 'listContainers'>,
  log: Log,
): Promise<readonly Target[] | undefined> {
  try {
    const list = await pTimeout(engine.listContainers(), { milliseconds: engineMs });
    return list.filter(({ state }) => !['stopped', 'failed', 'creating', 'absent'].includes(state.kind));
  } catch (error) {
    if (hasCode(error, 'engineUnavailable')) throw error;
    log.error(`Panic freezes what was known to run, for the engine did not list it: ${describeError(error)}`);
    return undefined;
  }
}
