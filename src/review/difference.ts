import type { BigIntStats } from 'node:fs';
import type { Blocker, EntryType } from './change.ts';
import type { DoubtGuide } from './doubtfulFolders.ts';
import type { OpenFolder } from './openFolder.ts';

/** Where something lies. */
export interface Place {
  readonly path: string;
  /** Directly in what git takes for a repository without a working tree. */
  readonly inBare: boolean;
  /** In a folder that may have come to this place as a whole since the workspace got its view. */
  readonly isMoved: boolean;
}

/** A difference as it lies on the disk. */
export interface Difference extends Place {
  readonly kind: 'added' | 'modified' | 'deleted';
  readonly type: EntryType;
  readonly upper?: BigIntStats;
  readonly lower?: BigIntStats;
  readonly blocker?: Blocker;
  /** What a symbolic link of the workspace leads to, as it is written. */
  readonly target?: string;
  /** A file of the workspace that is no text. */
  readonly isBinary?: boolean;
}

/** What a walk is told of what it finds. */
export interface WalkGuide extends DoubtGuide {
  /** Whether both are the same to a person, of two files or two links. */
  isSame(upper: Entry, lower: Entry): Promise<boolean>;
  /** Whether a file holds something else than text. */
  isBinary(file: Entry): boolean;
  /** Whether a folder of the lower layer may have come to this path as a whole since the workspace got its view. */
  wasMoved(path: string, lower: BigIntStats): boolean;
  /** Whether what the upper layer has at a path was accepted as it is; `undefined` for nothing at all. Asked once about each. */
  isAccepted(path: string, upper: BigIntStats | undefined, lower: BigIntStats | undefined): boolean;
  /** Whether a difference is left out, with all that is in it. Asked once about each that there is. */
  leavesOut(path: string, isFolder: boolean): boolean;
  take(difference: Difference): void;
}

/** Something in a folder that is held open. */
export interface Entry {
  readonly folder: OpenFolder;
  readonly name: Buffer;
  readonly stats: BigIntStats;
}
