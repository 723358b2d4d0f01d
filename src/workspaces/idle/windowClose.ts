import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import type { Log } from '../../shared/log.ts';
import type { Sessions } from '../sessions.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { IdleRules } from './idleRules.ts';
import type { IdleSleep } from './idleSleep.ts';

/** VS Code waits some 5 s for a window that closes. */
const closeMs = 4000;
/** What ends the terminals of the window runs in their workspaces itself, for a moment. */
const terminalsEndMs = 800;

interface Parts {
  readonly store: Pick<WorkspaceStore, 'list' | 'container'>;
  readonly rules: () => IdleRules;
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly isBusy: (workspaceId: string) => boolean;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly sleep: Pick<IdleSleep, 'sleep'>;
  readonly log: Log;
}

/**
 * Does with the running workspaces of the open folder what the person wants when their window closes. VS Code has a
 * folder open in one window only, unless it is also one of several folders of another one; that window is noticed by
 * what it runs in the workspace, which then runs on.
 */
export async function leaveWorkspaces({
  store,
  rules,
  isOpenHere,
  isBusy,
  sessions,
  sleep,
  log,
}: Parts): Promise<void> {
  const { onWindowClose: action } = rules();
  if (action === 'keep') return;
  const left = store
    .list()
    .filter(({ container, folder, frozen }) => container.kind === 'running' && !frozen && isOpenHere(folder))
    .filter(({ id }) => !isBusy(id));
  const leave = async (id: string) => {
    await sleep.sleep(id, action, {
      text: 'its window was closed',
      // The sessions of this window end with it.
      mayBeLeft: ({ execIds }) => execIds.length <= sessions.list(id).length,
    });
  };
  const leaveSurely = async ({ id }: { readonly id: string }) => {
    await leave(id);
    if (store.container(id).kind !== 'running') return;
    await delay(terminalsEndMs);
    await leave(id);
  };
  await pTimeout(Promise.all(left.map(leaveSurely)), {
    milliseconds: closeMs,
    fallback: () => {
      log.warn('The window closes before all of its workspaces could be paused or stopped.');
    },
  });
}
