import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { ContainerEvent } from './engineEvents.ts';
import type { ContainerState, WorkspaceStatus } from './workspace.ts';

/** The id of the container that a state speaks of. */
export function containerIdOf(state: ContainerState): string | undefined {
  return 'id' in state ? state.id : undefined;
}

/** Whether there are processes in the container, be they frozen. */
export function isUp(
  state: ContainerState,
): state is Extract<ContainerState, { kind: 'running' | 'paused' }> {
  return state.kind === 'running' || state.kind === 'paused';
}

/** Exit codes of a main process that was told to stop: 0, SIGTERM and SIGKILL. */
const stoppedExitCodes: readonly number[] = [0, 143, 137];

/** What a container that ended is called: stopped when it was told to, failed when it ended by itself. */
export function endedState(id: string, exitCode: number | undefined): ContainerState {
  if (exitCode === undefined || stoppedExitCodes.includes(exitCode))
    return { kind: 'stopped', id, ...(exitCode === undefined ? {} : { exitCode }) };
  const reason = l10n.t('The main process of the container ended with exit code {0}.', exitCode);
  return { kind: 'failed', id, exitCode, reason };
}

/** The state that an inspect proves. */
export function stateOfFacts(facts: ContainerFacts): ContainerState {
  const started = facts.startedAt === undefined ? {} : { startedAt: facts.startedAt };
  if (facts.paused) return { kind: 'paused', id: facts.id, ...started };
  if (facts.running) return { kind: 'running', id: facts.id, ...started };
  return endedState(facts.id, facts.exitCode);
}

/** What is left when somebody else removed the container. */
export function removedOutside(): ContainerState {
  return { kind: 'absent', reason: l10n.t('The container was removed outside of Cordon.') };
}

/**
 * The state after an event of the engine. Duplicates change nothing; an event of another container than the current
 * one counts only where it tells of a newer container.
 */
export function applyEvent(current: ContainerState, event: ContainerEvent): ContainerState {
  const id = containerIdOf(current);
  const isNewer = event.action === 'create' || event.action === 'start';
  if (id !== event.containerId && !isNewer && current.kind !== 'unknown') return current;
  const startedAt = new Date(event.timeMs).toISOString();
  switch (event.action) {
    case 'create':
      return id === event.containerId && current.kind !== 'unknown'
        ? current
        : { kind: 'creating', id: event.containerId };
    case 'start':
      return current.kind === 'running' && id === event.containerId
        ? current
        : { kind: 'running', id: event.containerId, startedAt };
    case 'pause':
      return current.kind === 'running' || current.kind === 'unknown'
        ? { kind: 'paused', id: event.containerId, ...keepStart(current) }
        : current;
    case 'unpause':
      return current.kind === 'paused' || current.kind === 'unknown'
        ? { kind: 'running', id: event.containerId, ...keepStart(current) }
        : current;
    case 'die':
      return endedState(event.containerId, event.exitCode);
    case 'destroy':
      return id === event.containerId ? removedOutside() : current;
    case 'stop':
    case 'kill':
    case 'oom':
    case 'rename':
    case 'update':
      return current;
  }
}

/** Whether an event tells of the end of a run before the one that is known: the engine's answers may overtake its events. */
export function isOfEarlierRun(current: ContainerState, event: ContainerEvent): boolean {
  if (event.action !== 'die' || containerIdOf(current) !== event.containerId) return false;
  const { startedAt } = keepStart(current);
  return startedAt !== undefined && event.timeMs < Date.parse(startedAt);
}

function keepStart(state: ContainerState): { startedAt?: string } {
  return 'startedAt' in state ? { startedAt: state.startedAt } : {};
}

/** What the record says of a workspace whose container is in this state. */
export function statusOf(state: ContainerState, current: WorkspaceStatus): WorkspaceStatus {
  if (current === 'archived') return current;
  switch (state.kind) {
    case 'running':
    case 'paused':
    case 'stopping':
      return 'active';
    case 'absent':
    case 'stopped':
    case 'failed':
      return 'inactive';
    case 'creating':
    case 'unknown':
      return current;
  }
}

/** Whether two states say the same. */
export function sameState(a: ContainerState, b: ContainerState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
