import type { BigIntStats } from 'node:fs';
import { chmod, chown, rmdir, unlink } from 'node:fs/promises';
import { pathBytes } from '../pathBytes.ts';
import { OtherDisk, withFolder, type OpenFolder } from '../openFolder.ts';

/** Who has something, where this process can give it away. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The very folder that is held open, whatever may be done in it. */
const itself = Buffer.alloc(0);

/** Whether this process may do everything, and keeps owners. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Whether something belongs to whom it is to belong to, as far as this process can tell. */
export function isOwnedBy(stats: BigIntStats, { uid, gid }: Owner): boolean {
  return !isRoot() || (Number(stats.uid) === uid && Number(stats.gid) === gid);
}

/** Opens a folder of a mirror. One that its owner may not look into gets a mode for that, until `settleFolder` gives it its own. */
export async function enterFolder(parent: OpenFolder, name: Buffer): Promise<OpenFolder> {
  const stats = await parent.look(name);
  if (stats?.isDirectory() && !isRoot() && (stats.mode & 0o500n) !== 0o500n)
    await chmod(parent.entry(name), 0o700);
  const folder = await parent.folder(name);
  if (folder.stats.dev === parent.stats.dev) return folder;
  folder.close();
  throw new OtherDisk();
}

/** Lets names be put into a folder and taken out of it, until `settleFolder`. */
export async function unlockFolder(folder: OpenFolder): Promise<void> {
  if (!isRoot() && (folder.stats.mode & 0o200n) === 0n) await chmod(folder.entry(itself), 0o700);
}

/** Gives a folder its mode and owner, where it has others. */
export async function settleFolder(folder: OpenFolder, mode: number, owner?: Owner): Promise<void> {
  const stats = await folder.look(itself);
  if (!stats) return;
  if (owner && !isOwnedBy(stats, owner)) await chown(folder.entry(itself), owner.uid, owner.gid);
  if (Number(stats.mode & 0o7777n) !== mode) await chmod(folder.entry(itself), mode);
}

/** Removes what is at a place, a folder with all that is in it. */
export async function removeEntry(parent: OpenFolder, name: Buffer): Promise<void> {
  const stats = await parent.look(name);
  if (!stats) return;
  await unlockFolder(parent);
  if (!stats.isDirectory()) {
    await unlink(parent.entry(name));
    return;
  }
  await withFolder(enterFolder(parent, name), async (folder) => {
    for (const each of await folder.names()) await removeEntry(folder, each);
  });
  await rmdir(parent.entry(name));
}

/** Keeps the folders on the way to the last place open: an archive goes through them one after the other. */
export class FolderTrail {
  private readonly root: OpenFolder;
  private readonly steps: { readonly name: string; readonly folder: OpenFolder }[] = [];

  constructor(root: OpenFolder) {
    this.root = root;
  }

  /** Gives the folder at the end of the names, which is open until the next call. */
  async to(names: readonly string[]): Promise<OpenFolder> {
    const same = names.findIndex((name, index) => this.steps[index]?.name !== name);
    this.cut(same < 0 ? names.length : same);
    for (const name of names.slice(this.steps.length))
      this.steps.push({ name, folder: await enterFolder(this.last(), pathBytes(name)) });
    return this.last();
  }

  close(): void {
    this.cut(0);
  }

  private last(): OpenFolder {
    return this.steps.at(-1)?.folder ?? this.root;
  }

  private cut(length: number): void {
    for (const { folder } of this.steps.splice(length)) folder.close();
  }
}
