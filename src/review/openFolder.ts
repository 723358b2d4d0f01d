import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { open, readdir, type FileHandle } from 'node:fs/promises';
import { fileIfAny } from './fileIfAny.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/**
 * A folder that is held open: whatever is done by its entries' names happens in this very folder, also when somebody
 * moves it or puts a symbolic link in its place meanwhile. Linux only, which keeps what is open at `/proc/self/fd`.
 */
export class OpenFolder {
  readonly stats: BigIntStats;
  private readonly handle: FileHandle;

  private constructor(handle: FileHandle, stats: BigIntStats) {
    this.handle = handle;
    this.stats = stats;
  }

  /** Opens a folder; a symbolic link at its place is refused with `ELOOP` or `ENOTDIR`. */
  static async at(path: string | Buffer): Promise<OpenFolder> {
    const handle = await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      return new OpenFolder(handle, await handle.stat({ bigint: true }));
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** A path by which the kernel finds an entry of this folder, and only of this one. */
  entry(name: Buffer | string): Buffer {
    return Buffer.concat([Buffer.from(`/proc/self/fd/${this.handle.fd}/`), Buffer.from(name)]);
  }

  folder(name: Buffer): Promise<OpenFolder> {
    return OpenFolder.at(this.entry(name));
  }

  /** What the entry is, links not followed; `undefined` where there is none. */
  look(name: Buffer): Promise<BigIntStats | undefined> {
    return fileIfAny(this.entry(name));
  }

  names(): Promise<Buffer[]> {
    return readdir(this.entry('.'), { encoding: 'buffer' });
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** Opens a folder for as long as `work` takes. */
export async function withFolder<T>(
  opening: Promise<OpenFolder>,
  work: (folder: OpenFolder) => Promise<T>,
): Promise<T> {
  const folder = await opening;
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

/** Opens the folder in which a path of names below `root` lies, no step of which may be a link or another disk. */
export async function withParent<T>(
  root: OpenFolder,
  names: readonly Buffer[],
  work: (parent: OpenFolder, name: Buffer) => Promise<T>,
): Promise<T> {
  const [first, ...rest] = names;
  if (!first) throw new TypeError('A path has at least one name.');
  if (rest.length === 0) return await work(root, first);
  return await withFolder(root.folder(first), async (folder) => {
    if (folder.stats.dev !== root.stats.dev) throw new OtherDisk();
    return await withParent(folder, rest, work);
  });
}

/** Opens the folder at a path of names below `root`, to which the same holds. */
export async function withFolderAt<T>(
  root: OpenFolder,
  names: readonly Buffer[],
  work: (folder: OpenFolder) => Promise<T>,
): Promise<T> {
  return await withParent(root, names, (parent, name) => withFolder(parent.folder(name), work));
}

/** Something is mounted on the way, which the view of a container does not show. */
export class OtherDisk extends Error {}
