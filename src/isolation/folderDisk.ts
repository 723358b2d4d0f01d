import type { BigIntStats } from 'node:fs';
import { posix as path } from 'node:path';

/** The calls that finding a disk needs; `node:fs/promises` fits. */
export interface DiskFileSystem {
  realpath(path: string): Promise<string>;
  access(path: string): Promise<void>;
  stat(
    path: string,
    options: { readonly bigint: true },
  ): Promise<Pick<BigIntStats, 'isBlockDevice' | 'rdev'>>;
}

/**
 * The whole disk, such as `/dev/sda`, behind the device number of a file on Linux: kernels limit the speed of no
 * partition. None for what has no disk of its own, such as an overlay, a network share or a pool of several disks.
 */
export async function diskOf(device: bigint, fileSystem: DiskFileSystem): Promise<string | undefined> {
  try {
    const place = await fileSystem.realpath(`/sys/dev/block/${major(device)}:${minor(device)}`);
    const isPartition = await fileSystem.access(`${place}/partition`).then(
      () => true,
      () => false,
    );
    const disk = isPartition ? path.dirname(place) : place;
    const node = `/dev/${path.basename(disk).replaceAll('!', '/')}`;
    const stats = await fileSystem.stat(node, { bigint: true });
    if (!stats.isBlockDevice()) return undefined;
    // A node of the same name may stand for another disk.
    const meant = await fileSystem.realpath(`/sys/dev/block/${major(stats.rdev)}:${minor(stats.rdev)}`);
    return meant === disk ? node : undefined;
  } catch {
    return undefined;
  }
}

function major(device: bigint): bigint {
  return ((device >> 8n) & 0xfffn) | ((device >> 32n) & ~0xfffn);
}

function minor(device: bigint): bigint {
  return (device & 0xffn) | ((device >> 12n) & ~0xffn);
}
