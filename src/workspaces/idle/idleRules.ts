import type { IdleAction } from './idleMark.ts';

/** What the person wants done with workspaces that nobody uses. */
export interface IdleRules {
  readonly action: 'off' | IdleAction;
  /** Without session, work and traffic for this long, a workspace counts as idle. */
  readonly afterMs: number;
  /** Between two samples of what a workspace uses. */
  readonly sampleEveryMs: number;
  /** What becomes of the workspaces of the open folder when their window is closed. */
  readonly onWindowClose: 'keep' | IdleAction;
}
