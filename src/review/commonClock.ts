import { statfs } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { isOnLocalApfs } from './localApfs.ts';

/** By the numbers of Linux: bcachefs, btrfs, ext2 to ext4, f2fs, overlay, tmpfs, xfs, zfs. */
const localFileSystems: ReadonlySet<number> = new Set([
  ...[0xca451a4e, 0x9123683e, 0xef53, 0xf2f52010, 0x794c7630, 0x01021994, 0x58465342, 0x2fc12fc1],
]);

/**
 * Whether the person changed a file meanwhile is told by when it was changed: a disk that another machine stamps could
 * hide it. Rejects with `invalidRequest` for a folder on one that is not known to be this machine's own.
 */
export async function requireCommonClock(folder: string): Promise<void> {
  if (process.platform === 'darwin' ? await isOnLocalApfs(folder) : await isOnLocalDisk(folder)) return;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The mount mode "review" needs a folder on a disk of this machine, and {0} is not on one that Cordon knows. Choose another mount mode.',
      JSON.stringify(folder.slice(0, 200)),
    ),
  );
}

async function isOnLocalDisk(folder: string): Promise<boolean> {
  const { type } = await statfs(folder);
  return localFileSystems.has(type >>> 0);
}
