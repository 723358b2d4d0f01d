import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { Log } from '../shared/log.ts';
import { Agreement } from './agreement.ts';
import type { EngineSource } from './containerEngine.ts';
import type { Operations } from './operations.ts';
import type { OwnResumes } from './ownResumes.ts';
import type { Panic } from './panic.ts';
import { Recovery } from './recovery.ts';
import { Tracker } from './tracker.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What follows the engine, and hands it out once records agree with it. */
export interface Agreed extends Disposable {
  readonly agreed: Agreement;
}

/** Puts together what keeps records and engine in agreement. */
export function composeAgreement(parts: {
  store: WorkspaceStore;
  engines: EngineSource;
  operations: Pick<Operations, 'onDidEnd'>;
  panic: Pick<Panic, 'enforce'>;
  isBusy: (workspaceId: string) => boolean;
  isAlive: (owner: number, sinceMs?: number) => boolean;
  isHeldHere: (workspaceId: string) => boolean;
  ownResumes: OwnResumes;
  views: Pick<ReviewViews, 'endBringing' | 'forgetBringing' | 'remove' | 'removeLeft'>;
  onAgreed: () => void;
  log: Log;
}): Agreed {
  const { store, engines, operations } = parts;
  const disposables = new DisposableStore();
  const tracker = disposables.add(new Tracker(store, engines, parts.isBusy, parts.ownResumes));
  const agreed = disposables.add(new Agreement({ ...parts, tracker, recovery: new Recovery(parts) }));
  disposables.add(
    operations.onDidEnd((id) => {
      tracker.release(id);
      const isHalfDone = store.find(id)?.intent !== undefined;
      if (isHalfDone || store.container(id).kind === 'unknown') agreed.reconcileSoon();
    }),
  );
  return {
    agreed,
    dispose: () => {
      disposables.dispose();
    },
  };
}
