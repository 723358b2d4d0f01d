import type { BigIntStats } from 'node:fs';
import { closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { plainForm, type EntryForm } from './entryForm.ts';
import { isNameRefused } from './fileErrors.ts';
import { fileIfAny } from './fileIfAny.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
/** A folder whose names take no more is read faster than a thread is asked to do that. */
const smallFolderBytes = 65_536n;
const dot = 0x2e;

/**
 * A folder that is held open: whatever is done by its entries' names happens in this very folder, also when somebody
 * moves it or puts a symbolic link in its place meanwhile. An entry is found by its very own name only, whatever the disk
 * takes for the same one.
 */
export class OpenFolder {
  readonly stats: BigIntStats;
  private readonly form: EntryForm;
  private descriptor: number;
  /** The names that a disk gave which takes names for one another. */
  private listed: ReadonlySet<string> = new Set();

  private constructor(descriptor: number, stats: BigIntStats, form: EntryForm) {
    this.descriptor = descriptor;
    this.stats = stats;
    this.form = form;
  }

  /**
   * Opens a folder, in which all folders have the same form; a symbolic link at its place is refused with `ELOOP` or
   * `ENOTDIR`.
   */
  static at(path: string | Buffer, form = plainForm): Promise<OpenFolder> {
    return new Promise((resolve) => {
      const descriptor = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      resolve(new OpenFolder(descriptor, openedStats(descriptor), form));
    });
  }

  /** A path by which the kernel finds an entry of this folder, and only of this one. */
  entry(name: Buffer | string): Buffer {
    if (this.descriptor < 0) throw new TypeError('The folder is closed.');
    const own = Buffer.from(name);
    return Buffer.concat([
      Buffer.from(heldPath(process.platform, this.descriptor, this.stats)),
      isItself(own) ? own : this.form.onDisk(own),
    ]);
  }

  /** Rejects with `ENOENT` where none has this name. */
  async folder(name: Buffer): Promise<OpenFolder> {
    if (!this.isOwnName(name)) throw new OtherName();
    return await OpenFolder.at(this.entry(name), this.form);
  }

  /** The same folder, held open by itself. */
  async again(): Promise<OpenFolder> {
    const same = await OpenFolder.at(this.entry('.'), this.form);
    if (same.stats.dev === this.stats.dev && same.stats.ino === this.stats.ino) return same;
    same.close();
    throw new OtherName();
  }

  /** Its mode as it is now. */
  mode(): number {
    return fstatSync(this.descriptor).mode & 0o7777;
  }

  setMode(mode: number): void {
    fchmodSync(this.descriptor, mode);
  }

  /** What the entry is, links not followed; `undefined` where there is none. */
  async look(name: Buffer): Promise<BigIntStats | undefined> {
    const found = await fileIfAny(this.entry(name)).catch(noneIfRefused);
    return found && this.isOwnName(name) ? found : undefined;
  }

  /** The same without waiting for a thread, for whoever looks at very many. */
  lookNow(name: Buffer): BigIntStats | undefined {
    try {
      const found = lstatSync(this.entry(name), { bigint: true, throwIfNoEntry: false });
      return found && this.isOwnName(name) ? found : undefined;
    } catch (error) {
      return noneIfRefused(error);
    }
  }

  /** Whether an entry is in the way of this name, be it by another name that is the same one to the disk. */
  async isTaken(name: Buffer): Promise<boolean> {
    return (await fileIfAny(this.entry(name))) !== undefined;
  }

  /** Whether this, which the folder has, marks that something was removed there. */
  isWhiteout(stats: BigIntStats): boolean {
    return this.form.isWhiteout(stats);
  }

  async names(): Promise<Buffer[]> {
    const entries = this.entry('.');
    const names =
      this.stats.size <= smallFolderBytes
        ? readdirSync(entries, { encoding: 'buffer' })
        : await readdir(entries, { encoding: 'buffer' });
    return names.flatMap((name) => this.form.fromDisk(name) ?? []);
  }

  /** Nothing is reached by way of it any more, and least of all what is opened next. */
  close(): void {
    const { descriptor } = this;
    this.descriptor = -1;
    if (descriptor >= 0) closeSync(descriptor);
  }

  /** Whether the folder lists this very name, and not another one that is the same to its disk. */
  private isOwnName(name: Buffer): boolean {
    if (!this.form.mayFold || isItself(name)) return true;
    // One character for each byte.
    const own = name.toString('latin1');
    if (!this.listed.has(own)) this.listed = new Set(readdirSync(this.entry('.'), { encoding: 'latin1' }));
    return this.listed.has(own);
  }
}

/**
 * Where a system keeps what is open. macOS leads from the numbers of a folder to wherever it is, on disks that know their
 * folders by number; as long as it is open, no other one gets them.
 */
export function heldPath(
  platform: NodeJS.Platform,
  descriptor: number,
  { dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>,
): string {
  return platform === 'darwin' ? `/.vol/${dev}/${ino}/` : `/proc/self/fd/${descriptor}/`;
}

/** What can have no such name has none. */
function noneIfRefused(error: unknown): BigIntStats | undefined {
  if (isNameRefused(error)) return undefined;
  throw error;
}

/** Whether a name means the folder itself. */
function isItself(name: Buffer): boolean {
  return name.length === 0 || (name.length === 1 && name[0] === dot);
}

/** What the disk has found is not what was meant by this name. */
class OtherName extends Error {
  readonly code = 'ENOENT';
  override readonly message = 'No folder has this very name.';
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
