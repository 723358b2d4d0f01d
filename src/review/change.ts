import type { BigIntStats } from 'node:fs';

/** What can be at a path. `special`: a device, a socket or a FIFO. */
export type EntryType = 'file' | 'folder' | 'link' | 'special';

/** Why a change can never be accepted as it is. */
export type Blocker =
  /** Something is mounted there on the host. */
  | 'mount'
  /** It belongs to another user, so that this process may not read it. */
  | 'unreadable'
  | 'special'
  /** Larger than anything that a person would look at. */
  | 'tooLarge';

/** What calls for a second look before a change is accepted. */
export type Danger =
  /** It runs programs on the host by itself, such as a git hook. */
  | 'protected'
  /** A symbolic link that leads out of the folder. */
  | 'linkOut'
  /** A file that can be run as a program. */
  | 'executable'
  /** More than anybody reads. */
  | 'huge'
  /** No text, of which no comparison tells what it does. */
  | 'binary';

/** One difference between the view of a workspace and its folder. */
export interface Change {
  /** Relative to the folder, with `/` between names; bytes that are no text as `pathText` writes them. */
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  /** What the workspace has there; what the folder has where it was deleted. */
  readonly type: EntryType;
  /** The folder has something else there than when the workspace got its view. */
  readonly conflict: boolean;
  readonly dangers: readonly Danger[];
  readonly blocker?: Blocker;
  /** Bytes of a file as the workspace has it. */
  readonly size?: number;
  /** What the view's upper layer has there; missing where it has nothing by itself, as below a folder that was removed. */
  readonly upper?: Stamp;
  /** What the folder has there; missing for nothing. */
  readonly lower?: Stamp;
}

/** Names what was at a path at a moment: whatever is changed by anybody, changes it. */
export interface Stamp {
  readonly type: EntryType;
  readonly inode: string;
  readonly size: string;
  readonly mode: number;
  readonly changedNs: string;
}

export function stampOf(stats: BigIntStats): Stamp {
  return {
    type: typeOf(stats),
    inode: String(stats.ino),
    size: String(stats.size),
    mode: Number(stats.mode & 0o7777n),
    changedNs: String(stats.ctimeNs),
  };
}

/** Of folders, only that it is one: its time changes with every entry. */
export function isSameStamp(a: Stamp | undefined, b: Stamp | undefined): boolean {
  if (a?.type === 'folder' && b?.type === 'folder') return true;
  return (
    a?.type === b?.type &&
    a?.inode === b?.inode &&
    a?.size === b?.size &&
    a?.mode === b?.mode &&
    a?.changedNs === b?.changedNs
  );
}

/** Whether both sides have a folder there, with other modes. What is in it are changes of their own. */
export function isModeOfFolder({ kind, type, lower }: Change): boolean {
  return kind === 'modified' && type === 'folder' && lower?.type === 'folder';
}

export function typeOf(stats: BigIntStats): EntryType {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'special';
}
