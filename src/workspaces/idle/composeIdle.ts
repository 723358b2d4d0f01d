import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { EngineOperations } from '../engineOperations.ts';
import type { Lifecycle } from '../lifecycle.ts';
import type { Operations } from '../operations.ts';
import type { PortForwards } from '../ports/portForwards.ts';
import type { Sessions } from '../sessions.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { IdleRules } from './idleRules.ts';
import { IdleSleep } from './idleSleep.ts';
import { IdleWatch } from './idleWatch.ts';
import type { SleepNotes } from './sleepNotes.ts';
import { leaveWorkspaces } from './windowClose.ts';

/** What puts workspaces to sleep that nobody uses, and wakes them. */
export interface Idle extends Disposable {
  /** Lets a workspace run on that sleeps; nothing for any other. */
  wake(workspaceId: string): Promise<void>;
  /** Somebody used it just now, by other means than a session or an operation. */
  used(workspaceId: string): void;
  /** The window closes: pauses or stops what the person wants paused or stopped then. */
  leave(): Promise<void>;
}

/** Puts together what looks for idle workspaces, and what becomes of them. */
export function composeIdle(parts: {
  store: WorkspaceStore;
  engines: Pick<EngineSource, 'state' | 'get'>;
  operations: Pick<Operations, 'isBusy' | 'onDidEnd'>;
  engineOperations: EngineOperations;
  lifecycle: Lifecycle;
  sessions: Sessions;
  ports: Pick<PortForwards, 'isUsed'>;
  isOpenHere: (folderUri: string) => boolean;
  sleepNotes: SleepNotes;
  idleRules: () => IdleRules;
  onDidChangeIdleRules: Event<unknown>;
  log: Log;
}): Idle {
  const { sessions, operations } = parts;
  const disposables = new DisposableStore();
  const sleep = new IdleSleep({ ...parts, operations: parts.engineOperations });
  const isBusy = (id: string) => operations.isBusy(id);
  const rules = parts.idleRules;
  const watch = disposables.add(
    new IdleWatch({
      ...parts,
      ...{ rules, isBusy, sleep },
      onDidChangeRules: parts.onDidChangeIdleRules,
      hasSessions: (id) => sessions.isUsed(id) || parts.ports.isUsed(id),
    }),
  );
  disposables.add(
    operations.onDidEnd((id) => {
      watch.used(id);
    }),
  );
  // What this window notes itself is for the next one.
  let isLeaving = false;
  // Before anybody can pause it for another reason, what a closing window noted stands in the record.
  disposables.add(
    parts.store.onDidChange(({ previous, current }) => {
      const kind = current?.container.kind;
      if (isLeaving) return;
      if (kind !== previous?.container.kind && (kind === 'paused' || kind === 'stopped' || kind === 'failed'))
        void sleep.takeNotes();
    }),
  );
  return {
    wake: (id) => sleep.wake(id),
    used: (id) => {
      watch.used(id);
    },
    leave: () => {
      isLeaving = true;
      return leaveWorkspaces({ ...parts, rules, isBusy });
    },
    dispose: () => {
      disposables.dispose();
    },
  };
}
