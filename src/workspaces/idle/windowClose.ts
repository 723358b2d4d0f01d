import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import { describeError } from '../../shared/describeError.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Sessions } from '../sessions.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { IdleAction } from './idleMark.ts';
import type { IdleRules } from './idleRules.ts';
import type { SleepNotes } from './sleepNotes.ts';

/** VS Code waits some 5 s for a window that closes. */
const closeMs = 4000;
/** What ends the terminals of the window runs in their workspaces itself, for a moment. */
const terminalsEndMs = 800;

interface Parts {
  readonly store: Pick<WorkspaceStore, 'list'>;
  readonly engines: Pick<EngineSource, 'state' | 'get'>;
  readonly rules: () => IdleRules;
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly isBusy: (workspaceId: string) => boolean;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly sleepNotes: SleepNotes;
  readonly log: Log;
}

/**
 * Does with the running workspaces of the open folder what the person wants when their window closes. VS Code has a
 * folder open in one window only, unless it is also one of several folders of another one; that window is noticed by
 * what it runs in the workspace, which then runs on. VS Code stores nothing any more by now: a note takes the place of
 * the mark in the record.
 */
export async function leaveWorkspaces(parts: Parts): Promise<void> {
  const { store, engines, rules, isOpenHere, isBusy, log } = parts;
  const { onWindowClose: action } = rules();
  if (action === 'keep' || engines.state.kind !== 'connected') return;
  const left = store
    .list()
    .filter(({ container, folder, frozen }) => container.kind === 'running' && !frozen && isOpenHere(folder))
    .filter(({ id }) => !isBusy(id));
  const all = left.map(async (workspace) => {
    try {
      if (await leave(parts, workspace, action)) return;
      await delay(terminalsEndMs);
      await leave(parts, workspace, action);
    } catch (error) {
      log.warn(`"${workspace.name}" runs on after its window: ${describeError(error)}`);
    }
  });
  await pTimeout(Promise.all(all), {
    milliseconds: closeMs,
    fallback: () => {
      log.warn('The window closes before all of its workspaces could be paused or stopped.');
    },
  });
}

/** False where something else runs in it. */
async function leave(
  { engines, sessions, sleepNotes, log }: Parts,
  { id, name, container }: Workspace,
  action: IdleAction,
): Promise<boolean> {
  const engine = await engines.get();
  const facts = 'id' in container && container.id ? await engine.inspectContainer(container.id) : undefined;
  if (!facts?.running || facts.paused) return true;
  // The sessions of this window end with it.
  if (facts.execIds.length > sessions.list(id).length) return false;
  const note = { workspaceId: id, containerId: facts.id, action, at: new Date().toISOString() };
  await sleepNotes.leave(note);
  try {
    if (action === 'stop') await engine.stopContainer(facts.id);
    // One that somebody else paused since it was looked at is not ours to wake.
    else if (!(await engine.pauseContainer(facts.id))) await sleepNotes.forget(id);
  } catch (error) {
    await sleepNotes.forget(id);
    throw error;
  }
  log.info(`"${name}": its window was closed; ${action === 'pause' ? 'paused' : 'stopped'}`);
  return true;
}
