import type { Disposable } from '../../shared/disposable.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';

/** Names that a person allowed until a workspace stops. They are stored nowhere: with the window they are gone as well. */
export class BriefRules implements Disposable {
  private readonly rules = new Map<string, readonly string[]>();
  private readonly subscription: Disposable;

  constructor(store: Pick<WorkspaceStore, 'onDidChange'>) {
    this.subscription = store.onDidChange(({ id, current }) => {
      const kind = current?.container.kind ?? 'absent';
      if (kind === 'stopped' || kind === 'failed' || kind === 'absent') this.rules.delete(id);
    });
  }

  /** The rules that hold for now, in the order in which they were added. */
  of(workspaceId: string): readonly string[] {
    return this.rules.get(workspaceId) ?? [];
  }

  add(workspaceId: string, rule: string): void {
    this.rules.set(workspaceId, [...new Set([...this.of(workspaceId), rule])]);
  }

  remove(workspaceId: string, rule: string): void {
    this.rules.set(
      workspaceId,
      this.of(workspaceId).filter((each) => each !== rule),
    );
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
