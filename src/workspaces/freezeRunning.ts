import pTimeout from 'p-timeout';
import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { freezeContainer, type Freeze } from './freezer.ts';

/** How long an engine may take to answer at all. */
const engineMs = 3000;

/** A container of a workspace. */
interface Target {
  readonly workspaceId: string;
  readonly id: string;
}

/** What became of each workspace that has a container that runs, by workspace; nothing where no engine was reached. */
export interface FreezeOnEngine {
  readonly isReached: boolean;
  readonly freezes: ReadonlyMap<string, Freeze>;
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
    const containers = await runningContainers(engine, known, log);
    await Promise.all(
      containers.map(async ({ workspaceId, id }) => {
        freezes.set(workspaceId, await freezeContainer(engine, id, log));
      }),
    );
    return { isReached: true, freezes };
  } catch (error) {
    log.error(`Panic could not reach the engine: ${describeError(error)}`);
    return { isReached: false, freezes };
  }
}

async function runningContainers(
  engine: Pick<ContainerEngine, 'listContainers'>,
  known: () => readonly Target[],
  log: Log,
): Promise<readonly Target[]> {
  try {
    const list = await pTimeout(engine.listContainers(), { milliseconds: engineMs });
    return list.filter(({ state }) => !['stopped', 'failed', 'creating', 'absent'].includes(state.kind));
  } catch (error) {
    if (hasCode(error, 'engineUnavailable')) throw error;
    log.error(`Panic freezes what was known to run, for the engine did not list it: ${describeError(error)}`);
    return known();
  }
}
