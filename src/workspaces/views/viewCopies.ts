import type { ContainerEngine } from '../containerEngine.ts';
import type { Commission } from '../containerPlans.ts';
import type { Operation } from '../operations.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';

/** What of an engine holds copies of folders. */
export type CopyingEngine = Pick<
  ContainerEngine,
  'info' | 'prepareCopy' | 'withCopy' | 'closeCopy' | 'listCopies' | 'removeCopy' | 'canMountView'
>;

/** By what an engine is asked about a copy. */
export interface CopyAccess {
  readonly engine: CopyingEngine;
  /** Any image that the engine has. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/** What is to be copied. */
export interface CopyOrder extends Pick<Commission, 'folder'> {
  readonly record: Pick<WorkspaceRecord, 'id'>;
  readonly engine: CopyingEngine;
  readonly operation: Pick<Operation, 'signal' | 'progress'>;
  /** Any image that the engine has; nothing of it runs. */
  readonly image: string;
  /** Paths relative to the folder that are left out, with all that is in them. */
  readonly hidden: readonly string[];
}

/** Keeps copies of folders in engines that do not see the files of this machine. */
export interface ViewCopies {
  /** Whether the view of a workspace shows a copy of its folder. */
  has(workspaceId: string): boolean;
  /**
   * Has the engine hold the folder as it is now, below what the workspace wrote. Only for a view that is not mounted. What
   * was copied before is not copied again, also where that was broken off. Rejects with `engineUnsupported` where the engine
   * cannot mount a view of a copy.
   */
  bring(order: CopyOrder): Promise<void>;
  /**
   * Rejects with `conflict` where the engine has a copy for a workspace of which nothing is known here: another installation
   * made it, and knows what was written there.
   */
  requireNone(workspaceId: string, engine: CopyingEngine, image: () => Promise<string>): Promise<void>;
  /**
   * Has the engine remove by what its copy for a workspace was opened in a process that was killed; gives whether there is
   * something that is too young for that.
   */
  closeLeft(workspaceId: string, engine: Pick<CopyingEngine, 'closeCopy'>): Promise<boolean>;
  /** Removes the copy; success where there is none. */
  remove(workspaceId: string, engine: Pick<CopyingEngine, 'removeCopy'>): Promise<void>;
}
