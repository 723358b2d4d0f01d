import type { PathPatterns } from '../../isolation/pathRules.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { ContainerPlans } from '../containerPlans.ts';
import { containerIdOf } from '../containerState.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Operations } from '../operations.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { ReviewGround } from './reviewGround.ts';

/** Gives the review of changes what it needs of the rest of the core. */
export function composeReviewGround(parts: {
  readonly store: Pick<WorkspaceStore, 'record' | 'container'>;
  /** Of engines that records agree with. */
  readonly engines: Pick<EngineSource, 'get'>;
  readonly plans: Pick<ContainerPlans, 'folder'>;
  readonly pathPatterns: () => PathPatterns;
  readonly operations: Pick<Operations, 'run' | 'keepWaiting'>;
  readonly neighbours: Pick<FrozenNeighbours, 'during'>;
  readonly lifecycle: Pick<Lifecycle, 'start' | 'stop'>;
  readonly owner: number;
  readonly isAlive: (owner: number, sinceMs?: number) => boolean;
}): ReviewGround {
  const { store, engines, plans, operations, neighbours, lifecycle, owner, isAlive } = parts;
  return {
    record: (id) => store.record(id),
    containerId: (id) => containerIdOf(store.container(id)),
    isRunning: (id) => store.container(id).kind === 'running',
    isPaused: (id) => store.container(id).kind === 'paused',
    engine: (signal) => engines.get(signal),
    folder: (record) => plans.folder(record, undefined),
    patterns: parts.pathPatterns,
    run: (...about) => operations.run(...about),
    keepWaiting: (...about) => operations.keepWaiting(...about),
    whileStill: (engine, folder, id, work) => neighbours.during(engine, { folder, with: id }, work),
    start: (id, options) => lifecycle.start(id, options),
    stop: (id, options) => lifecycle.stop(id, options),
    ...{ owner, isAlive },
  };
}
