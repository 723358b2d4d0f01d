import * as l10n from '@vscode/l10n';
import type { EngineSource } from './containerEngine.ts';
import type { EngineOperations } from './engineOperations.ts';
import { releasedNow } from './frozen.ts';
import type { Operation, Operations } from './operations.ts';
import type { OperationOptions, Workspace } from './workspace.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Delete, archive and restore of workspaces. */
export class WorkspaceRemoval {
  private readonly store: WorkspaceStore;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Operations;
  private readonly engineOperations: Pick<EngineOperations, 'intent' | 'workspace'>;
  private readonly views: Pick<ReviewViews, 'remove'>;

  constructor(
    store: WorkspaceStore,
    engines: Pick<EngineSource, 'get'>,
    operations: Operations,
    engineOperations: Pick<EngineOperations, 'intent' | 'workspace'>,
    views: Pick<ReviewViews, 'remove'>,
  ) {
    this.store = store;
    this.engines = engines;
    this.operations = operations;
    this.engineOperations = engineOperations;
    this.views = views;
  }

  /**
   * Removes container, network, what was kept of a view, and the record. An archived workspace needs no engine for that,
   * unless it is for files of a view that are not the person's.
   */
  async remove(id: string, options: OperationOptions = {}): Promise<void> {
    await this.operations.run(id, `remove "${this.store.record(id).name}"`, options, async (operation) => {
      const record = this.store.record(id);
      if (record.status !== 'archived') await this.removeFromEngine(id, 'remove', operation);
      await this.views.remove(record, () => this.engines.get(operation.signal));
      await this.store.delete(id);
    });
  }

  /** Removes container and network and keeps the record. */
  async archive(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return await this.operations.run(
      id,
      `archive "${this.store.record(id).name}"`,
      options,
      async (operation) => {
        if (this.store.record(id).status !== 'archived')
          await this.removeFromEngine(id, 'archive', operation);
        await this.store.update(
          id,
          (now) => ({
            ...now,
            ...(now.frozen && { frozen: releasedNow(now) }),
            status: 'archived',
            intent: undefined,
            lastError: undefined,
          }),
          { kind: 'absent' },
        );
        return this.engineOperations.workspace(id);
      },
    );
  }

  /** Makes an archived workspace an inactive one again; it is not started. */
  async restore(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return await this.operations.run(id, `restore "${this.store.record(id).name}"`, options, async () => {
      if (this.store.record(id).status === 'archived')
        await this.store.update(id, (now) => ({ ...now, status: 'inactive' }), { kind: 'absent' });
      return this.engineOperations.workspace(id);
    });
  }

  /** From the written intent on there is no way back: what fails here is finished by recovery. */
  private async removeFromEngine(
    id: string,
    kind: 'remove' | 'archive',
    operation: Operation,
  ): Promise<void> {
    const engine = await this.engines.get(operation.signal);
    operation.check();
    await this.store.update(id, (now) => ({ ...now, intent: this.engineOperations.intent(kind) }));
    operation.progress(l10n.t('Removing the container and its network'));
    await engine.removeEverythingOf(id);
  }
}
