import type { ContainerEngine } from './containerEngine.ts';
import { containerIdOf, removedOutside, stateOfFacts } from './containerState.ts';
import type { ContainerState } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Engine = Pick<ContainerEngine, 'inspectContainer'>;

/** Takes in what a list of the engine's containers says of a workspace on which nobody works. */
export async function followList(
  engine: Engine,
  store: Pick<WorkspaceStore, 'container' | 'setContainer'>,
  { id, status }: WorkspaceRecord,
  listed: ContainerState,
): Promise<void> {
  const neverStarted = listed.kind === 'creating' && listed.id !== undefined;
  const before = store.container(id);
  const state = await certain(engine, before, neverStarted ? { kind: 'stopped', id: listed.id } : listed);
  const isLost = state.kind === 'absent' && status === 'active';
  // The reason is told until somebody starts it again.
  if (state.kind === 'absent' && before.kind === 'absent' && !isLost) return;
  store.setContainer(id, isLost ? removedOutside() : state);
}

/**
 * A list may tell what was a moment ago: Docker Engine lists from a copy that it brings up to date only after it told
 * of the change (`containersReplica`). Where it differs from what events told, the container itself is asked.
 */
async function certain(
  engine: Engine,
  before: ContainerState,
  listed: ContainerState,
): Promise<ContainerState> {
  const id = containerIdOf(listed);
  const isDoubtful =
    id !== undefined &&
    id === containerIdOf(before) &&
    before.kind !== 'unknown' &&
    before.kind !== listed.kind;
  if (!isDoubtful) return listed;
  const facts = await engine.inspectContainer(id);
  return facts ? stateOfFacts(facts) : { kind: 'absent' };
}
