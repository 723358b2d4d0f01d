import type { BigIntStats } from 'node:fs';
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { fileIfAny } from './fileIfAny.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
/** A folder whose names take no more is read faster than a thread is asked to do that. */
const smallFolderBytes = 65_536n;

/**
 * A folder that is held open: whatever is done by its entries' names happens in this very folder, also when somebody
 * moves it or puts a symbolic link in its place meanwhile. Linux only, which keeps what is open at `/proc/self/fd`.
 */
export class OpenFolder {
  readonly stats: BigIntStats;
  private descriptor: number;

  private constructor(descriptor: number, stats: BigIntStats) {
    this.descriptor = descriptor;
    this.stats = stats;
  }

  /** Opens a folder; a symbolic link at its place is refused with `ELOOP` or `ENOTDIR`. */
  static at(path: string | Buffer): Promise<OpenFolder> {
    return new Promise((resolve) => {
      const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      resolve(new OpenFolder(descriptor, openedStats(descriptor)));
    });
  }

  /** A path by which the kernel finds an entry of this folder, and only of this one. */
  entry(name: Buffer | string): Buffer {
    if (this.descriptor < 0) throw new TypeError('The folder is closed.');
    return Buffer.concat([Buffer.from(`/proc/self/fd/${this.descriptor}/`), Buffer.from(name)]);
  }

  folder(name: Buffer): Promise<OpenFolder> {
    return OpenFolder.at(this.entry(name));
  }

  /** The same folder, held open by itself. */
  again(): Promise<OpenFolder> {
    return OpenFolder.at(this.entry('.'));
  }

  /** Its mode as it is now. */
  mode(): number {
    return fstatSync(this.descriptor).mode & 0o7777;
  }

  setMode(mode: number): void {
    fchmodSync(this.descriptor, mode);
  }

  /** What the entry is, links not followed; `undefined` where there is none. */
  look(name: Buffer): Promise<BigIntStats | undefined> {
    return fileIfAny(this.entry(name));
  }

  /** The same without waiting for a thread, for whoever looks at very many. */
  lookNow(name: Buffer): BigIntStats | undefined {
    return lstatSync(this.entry(name), { bigint: true, throwIfNoEntry: false });
  }

  async names(): Promise<Buffer[]> {
    const entries = this.entry('.');
    if (this.stats.size <= smallFolderBytes) return readdirSync(entries, { encoding: 'buffer' });
    return await readdir(entries, { encoding: 'buffer' });
  }

  /** Nothing is reached by way of it any more, and least of all what is opened next. */
  close(): void {
    const { descriptor } = this;
    this.descriptor = -1;
    if (descriptor >= 0) closeSync(descriptor);
  }
}

/**
 * Opens the upper layer of a view, whose mode is the one that the workspace gives to all that it sees, where that keeps
 * whom it belongs to from it.
 */
export async function openUpper(path: string): Promise<OpenFolder> {
  const { mode } = await lstat(path);
  if (process.getuid?.() !== 0 && (mode & 0o700) !== 0o700) await chmod(path, (mode & 0o7777) | 0o700);
  return await OpenFolder.at(path);
}

/** What was opened a moment ago. Closes it where that cannot be told. */
export function openedStats(descriptor: number): BigIntStats {
  try {
    return fstatSync(descriptor, { bigint: true });
  } catch (error) {
    closeSync(descriptor);
    throw error;
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
    folder.close();
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
