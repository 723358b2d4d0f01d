import type { Disposable } from '../../shared/disposable.ts';
import { containerIdOf } from '../containerState.ts';
import type { ContainerState } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';

/** By how much the times may differ at which events and the container itself tell of one start. */
const toleranceMs = 1000;

/** The run of a container in which rules were allowed. */
interface Run {
  readonly containerId: string | undefined;
  readonly startedAt: string | undefined;
}

/**
 * Names that a person allowed until a workspace stops, or starts again. They are stored nowhere: with the window they are
 * gone as well.
 */
export class BriefRules implements Disposable {
  private readonly store: Pick<WorkspaceStore, 'container' | 'onDidChange'>;
  private readonly allowed = new Map<string, { readonly rules: readonly string[]; readonly run: Run }>();
  private readonly subscription: Disposable;

  constructor(store: Pick<WorkspaceStore, 'container' | 'onDidChange'>) {
    this.store = store;
    this.subscription = store.onDidChange(({ id, current }) => {
      const run = this.allowed.get(id)?.run;
      if (run && !goesOn(run, current?.container)) this.forget(id);
    });
  }

  /** The rules that hold for now, in the order in which they were added. */
  of(workspaceId: string): readonly string[] {
    return this.allowed.get(workspaceId)?.rules ?? [];
  }

  add(workspaceId: string, rule: string): void {
    const run = runOf(this.store.container(workspaceId));
    this.allowed.set(workspaceId, { rules: [...new Set([...this.of(workspaceId), rule])], run });
  }

  remove(workspaceId: string, rule: string): void {
    const known = this.allowed.get(workspaceId);
    if (known)
      this.allowed.set(workspaceId, { ...known, rules: known.rules.filter((each) => each !== rule) });
  }

  /** The workspace stops, or starts again. */
  forget(workspaceId: string): void {
    this.allowed.delete(workspaceId);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

function runOf(container: ContainerState): Run {
  return {
    containerId: containerIdOf(container),
    startedAt: 'startedAt' in container ? container.startedAt : undefined,
  };
}

/** Whether a run is not over, as far as the state of a container tells. */
function goesOn(run: Run, container: ContainerState | undefined): boolean {
  if (!container || ['stopped', 'failed', 'absent'].includes(container.kind)) return false;
  const { containerId = run.containerId, startedAt = run.startedAt } = runOf(container);
  const isOtherStart =
    startedAt !== undefined &&
    run.startedAt !== undefined &&
    Math.abs(Date.parse(startedAt) - Date.parse(run.startedAt)) > toleranceMs;
  return containerId === run.containerId && !isOtherStart;
}
