import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { Log } from '../shared/log.ts';
import { statusOf } from './containerState.ts';
import type { Intent } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** These stay when their operation fails: recovery finishes them. */
const kept: readonly Intent['operation'][] = ['discard', 'remove', 'archive'];

/**
 * Ends once more what this window has ended: another one that had not heard of the end may store the intent again with a
 * change of its own. Left there it would be taken for interrupted when this window is gone, and a create be undone.
 */
export class StaleIntents implements Disposable {
  private readonly subscription: Disposable;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'onDidChange' | 'find' | 'container' | 'update'>;
    isBusy: (workspaceId: string) => boolean;
    /** Process id of this extension host. */
    owner: number;
    log: Log;
  }) {
    const { store, isBusy, owner, log } = parts;
    this.subscription = store.onDidChange(({ id }) => {
      const intent = store.find(id)?.intent;
      if (intent?.owner !== owner || kept.includes(intent.operation) || isBusy(id)) return;
      store
        .update(id, (now) => ({
          ...now,
          intent: undefined,
          status: statusOf(store.container(id), now.status),
        }))
        .catch((error: unknown) => {
          log.warn(`The end of an operation could not be stored again: ${describeError(error)}`);
        });
    });
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
