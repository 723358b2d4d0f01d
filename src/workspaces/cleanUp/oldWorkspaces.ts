import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { EngineSource } from '../containerEngine.ts';
import { containerIdOf } from '../containerState.ts';
import type { OperationOptions, Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { CleanUpItem, CleanUpSource } from './cleanUpItem.ts';

/** Workspaces that are archived, or were not used for long. What Panic froze stays until it is released. */
export class OldWorkspaces implements CleanUpSource {
  readonly kinds = ['stopped', 'archived'] as const;
  private readonly parts: {
    readonly store: Pick<WorkspaceStore, 'list' | 'get' | 'syncFromStorage'>;
    readonly engines: Pick<EngineSource, 'get' | 'state'>;
    readonly isBusy: (workspaceId: string) => boolean;
    /** How long ago a workspace was last used that counts as old. */
    readonly ageMs: () => number;
    readonly remove: (workspaceId: string, options: OperationOptions) => Promise<void>;
  };

  constructor(parts: OldWorkspaces['parts']) {
    this.parts = parts;
  }

  async find(signal: AbortSignal): Promise<readonly CleanUpItem[]> {
    this.parts.store.syncFromStorage();
    const old = this.parts.store.list().flatMap((workspace) => {
      const kind = this.kindOf(workspace);
      return kind ? [{ kind, workspace }] : [];
    });
    return await Promise.all(
      old.map(async ({ kind, workspace }) => ({
        kind,
        id: workspace.id,
        name: workspace.name,
        sizeBytes: await this.sizeOf(workspace, signal),
        at: workspace.updatedAt,
      })),
    );
  }

  /** One that was used since it was offered stays. */
  async remove({ id, name, kind, at }: CleanUpItem, signal: AbortSignal): Promise<void> {
    this.parts.store.syncFromStorage();
    const workspace = this.parts.store.get(id);
    if (!workspace) return;
    if (this.kindOf(workspace) !== kind || workspace.updatedAt !== at)
      throw new CordonError('conflict', l10n.t('The workspace "{0}" is used again.', name));
    await this.parts.remove(id, { signal });
  }

  private kindOf({
    id,
    status,
    container,
    frozen,
    updatedAt,
  }: Workspace): 'stopped' | 'archived' | undefined {
    if (frozen || this.parts.isBusy(id)) return undefined;
    if (status === 'archived') return 'archived';
    const isAtRest = ['absent', 'stopped', 'failed'].includes(container.kind);
    const isOld = Date.now() - Date.parse(updatedAt) >= this.parts.ageMs();
    return isAtRest && isOld ? 'stopped' : undefined;
  }

  /** What was written in its container over the image; nothing else of a workspace is in the engine. */
  private async sizeOf({ container }: Workspace, signal: AbortSignal): Promise<number | undefined> {
    const containerId = containerIdOf(container);
    if (containerId === undefined) return 0;
    if (this.parts.engines.state.kind !== 'connected') return undefined;
    const engine = await this.parts.engines.get(signal);
    return await engine.writtenBytes(containerId).catch(() => undefined);
  }
}
