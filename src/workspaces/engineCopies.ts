import type { Readable } from 'node:stream';

/**
 * A copy that is open. One call at a time: an engine lets the next one wait until the archive before is through. In archives
 * names are text as `archiveText` makes it.
 */
export interface OpenCopy {
  /**
   * Unpacks a tar archive at the root of the volume, as root, with owners (numbers) and modes as it says. Reads it to its
   * end; rejects with the error of the archive's stream when that fails. What is left of it is destroyed.
   */
  readonly put: (archive: Readable, signal?: AbortSignal) => Promise<void>;
  /**
   * A tar archive of what is at this path (relative, plain names, for example `upper`) in the volume; names in it begin
   * with the last part of the path. The caller reads it to the end or destroys it; `signal`, and the end of the work that
   * the copy was opened for, break it off. It tells of no extended attributes but the capabilities of files.
   */
  readonly get: (path: string, signal?: AbortSignal) => Promise<Readable>;
  /** True when there is anything at this path (relative, plain names) in the volume. */
  readonly has: (path: string) => Promise<boolean>;
  /** Removes what is at this path, a folder with all that is in it; false where the engine leaves it there. */
  remove(path: string, signal?: AbortSignal): Promise<boolean>;
}

/** Copies of folders, kept by the engine for workspaces whose folder it does not see. */
export interface EngineCopies {
  /**
   * Makes the volume that keeps the copy for a workspace, or finds it; gives its absolute path on the engine's own disk.
   * Rejects with `conflict` where somebody else has one by its name.
   */
  prepareCopy(workspaceId: string): Promise<string>;
  /**
   * Opens that volume by a container of `image` (any that the engine has) that is never started and is removed afterwards.
   * Rejects where there is none.
   */
  withCopy<T>(workspaceId: string, image: string, work: (copy: OpenCopy) => Promise<T>): Promise<T>;
  /**
   * Removes by what it was opened so many seconds ago or earlier, for whoever knows that nobody is at it any more; gives
   * whether anything younger is left.
   */
  closeCopy(workspaceId: string, leastAgeSeconds: number): Promise<boolean>;
  /** The workspaces for which a copy is kept. */
  listCopies(): Promise<readonly string[]>;
  /** Success when it is gone already. */
  removeCopy(workspaceId: string): Promise<void>;
}
