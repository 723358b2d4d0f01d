import type { BigIntStats } from 'node:fs';
import { lchown, mkdir, open, rename, rm, symlink, type FileHandle } from 'node:fs/promises';
import { Fifos } from '../fifos.ts';
import type { OpenFolder } from '../openFolder.ts';
import { linkTarget, withFile } from '../sameContent.ts';
import { writeAt } from '../writeAt.ts';
import { CutOff } from './readLayer.ts';
import { isOwnedBy, isRoot, removeEntry, unlockFolder, type Owner } from './mirrorFolders.ts';

/** Where something is mirrored. */
export interface MirrorPlace {
  readonly folder: OpenFolder;
  readonly name: Buffer;
}

/** What a file is to be, but for its content. */
export interface FileTraits extends Owner {
  readonly mode: number;
  readonly size: number;
  /** In seconds. */
  readonly mtime: number;
}

const chunkBytes = 128 * 1024;
const draft = 'draft';

/** Puts into a mirror what is not there yet, each from a draft in a folder beside it. What is there already is not touched. */
export class MirrorWriter {
  private readonly scratch: OpenFolder;
  private readonly closedAnew: boolean;
  private readonly whiteouts: Fifos;
  private readonly specials: Fifos;

  /** `scratch`, which is at `path`, is on the disk of the mirror, and empty. `closedAnew` as `MirrorRules` says. */
  constructor(path: string, scratch: OpenFolder, closedAnew: boolean) {
    this.scratch = scratch;
    this.closedAnew = closedAnew;
    this.whiteouts = new Fifos(path, 'gone');
    this.specials = new Fifos(path, 'special');
  }

  /** A folder gets its mode and its owner only when all that is in it is there. */
  async folder({ folder, name }: MirrorPlace): Promise<void> {
    const before = await folder.look(name);
    if (before?.isDirectory()) return;
    if (before) await removeEntry(folder, name);
    await unlockFolder(folder);
    await mkdir(folder.entry(name), { mode: 0o700 });
  }

  /** Bits that let a program run as somebody else are left out. */
  async file(place: MirrorPlace, traits: FileTraits, content: AsyncIterable<Buffer>): Promise<void> {
    const { mode, size, mtime, uid, gid } = { ...traits, mode: traits.mode & 0o777 };
    const before = await place.folder.look(place.name);
    const isAlike =
      before?.isFile() === true &&
      (isReadable(before) || !this.closedAnew) &&
      before.size === BigInt(size) &&
      (before.mode & 0o7777n) === BigInt(mode) &&
      isOwnedBy(before, { uid, gid });
    // What nobody may look into can hold anything: once its mode is another one, it is written anew.
    if (isAlike && !isReadable(before)) return;
    const file = isAlike
      ? await withFile({ ...place, stats: before }, (had) => this.draftContent(content, size, had))
      : await this.draftContent(content, size);
    if (!file) return;
    try {
      if (isRoot()) await file.chown(uid, gid);
      await file.chmod(mode);
      await file.utimes(mtime, mtime);
    } finally {
      await file.close();
    }
    await this.put(place, draft, before);
  }

  async link(place: MirrorPlace, target: Buffer, owner: Owner): Promise<void> {
    const before = await place.folder.look(place.name);
    if (before?.isSymbolicLink() && isOwnedBy(before, owner) && target.equals(await linkTarget(place)))
      return;
    await symlink(target, this.scratch.entry(draft));
    if (isRoot()) await lchown(this.scratch.entry(draft), owner.uid, owner.gid);
    await this.put(place, draft, before);
  }

  async whiteout(place: MirrorPlace): Promise<void> {
    const before = await place.folder.look(place.name);
    if (before && place.folder.isWhiteout(before)) return;
    await this.put(place, await this.whiteouts.next(), before);
  }

  /** Stands for what is never opened. */
  async special(place: MirrorPlace): Promise<void> {
    const before = await place.folder.look(place.name);
    if (before?.isFIFO() && !place.folder.isWhiteout(before)) return;
    await this.put(place, await this.specials.next(), before);
  }

  private async put(
    { folder, name }: MirrorPlace,
    from: string,
    before: BigIntStats | undefined,
  ): Promise<void> {
    if (before?.isDirectory()) await removeEntry(folder, name);
    await unlockFolder(folder);
    try {
      await rename(this.scratch.entry(from), folder.entry(name));
    } catch (error) {
      // The draft of what comes next has the same name.
      await rm(this.scratch.entry(from), { force: true });
      throw error;
    }
  }

  /** Writes a draft, unless the file that is there holds the very same. */
  private async draftContent(
    content: AsyncIterable<Buffer>,
    size: number,
    had?: FileHandle,
  ): Promise<FileHandle | undefined> {
    const create = () => open(this.scratch.entry(draft), 'wx', 0o600);
    let file = had ? undefined : await create();
    let at = 0;
    try {
      for await (const chunk of content) {
        if (had && !file && !(await holdsAt(had, at, chunk))) {
          file = await create();
          let same = 0;
          for await (const piece of chunksOf(had, 0, at)) same += await writeAt(file, same, piece);
        }
        if (file) await writeAt(file, at, chunk);
        at += chunk.length;
      }
      if (at !== size) throw new CutOff();
      await file?.truncate(size);
      return file;
    } catch (error) {
      await file?.close();
      throw error;
    }
  }
}

/** Whether this process may read a file that it has made. */
export function isReadable(stats: BigIntStats): boolean {
  return isRoot() || (stats.mode & 0o400n) !== 0n;
}

/** What a file holds between two places, piece by piece; each is to be used before the next one is asked for. */
export async function* chunksOf(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(Math.min(chunkBytes, to - from));
  for (let at = from; at < to;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at), at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function holdsAt(file: FileHandle, at: number, chunk: Buffer): Promise<boolean> {
  let same = 0;
  for await (const piece of chunksOf(file, at, at + chunk.length)) {
    if (!piece.equals(chunk.subarray(same, same + piece.length))) return false;
    same += piece.length;
  }
  return same === chunk.length;
}
