import type { BigIntStats } from 'node:fs';
import { nameFromMirror, nameInMirror } from './mirrorNames.ts';

/** How a folder on this machine keeps entries: by which names, and by what it tells that something was removed. */
export interface EntryForm {
  /** The name that an entry has on the disk. */
  readonly onDisk: (name: Buffer) => Buffer;
  /** The other way round; `undefined` for what is no entry. */
  readonly fromDisk: (name: Buffer) => Buffer | undefined;
  /** Whether the disk may find an entry by another name than its own, such as one in capitals. */
  readonly mayFold: boolean;
  /** Whether what a layer has at a path marks that something was removed there. */
  readonly isWhiteout: (stats: BigIntStats) => boolean;
}

/** As it is: a person's folder, and a layer in which an overlay writes, which marks removals by devices with the number 0/0. */
export const plainForm: EntryForm = {
  onDisk: (name) => name,
  fromDisk: (name) => name,
  mayFold: process.platform === 'darwin',
  isWhiteout: (stats) => stats.isCharacterDevice() && stats.rdev === 0n,
};

/**
 * A layer that only Cordon writes. Any user of any system can make what it needs: names that every disk keeps apart, and
 * FIFOs, of which the one without any rights marks a removal and any other one stands for what is never opened.
 */
export const mirrorForm: EntryForm = {
  onDisk: nameInMirror,
  fromDisk: nameFromMirror,
  mayFold: false,
  isWhiteout: (stats) => stats.isFIFO() && (stats.mode & 0o777n) === 0n,
};
