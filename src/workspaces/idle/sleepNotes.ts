import type { IdleAction } from './idleMark.ts';

/** That a workspace was put to sleep by a window that closed. */
export interface SleepNote {
  readonly workspaceId: string;
  readonly containerId: string;
  readonly action: IdleAction;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Kept where a window that closes can still write: VS Code stores nothing for it any more. */
export interface SleepNotes {
  leave(note: SleepNote): Promise<void>;
  forget(workspaceId: string): Promise<void>;
  /** Gives every note once, among all windows. */
  take(): Promise<readonly SleepNote[]>;
}
