import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { link, mkdir, open, rename, rm, rmdir, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { isSameStamp, stampOf, typeOf } from './change.ts';
import { copyFile, type OpenFile } from './copyFile.ts';
import type { EntryState } from './entryState.ts';
import type { OpenFolder } from './openFolder.ts';
import { Replaced } from './sameContent.ts';

const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/** What is to be at a path; a file with whatever holds its bytes. */
export type NewEntry =
  | { readonly kind: 'absent' }
  | { readonly kind: 'folder'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: Buffer }
  | (OpenFile & { readonly kind: 'file'; readonly mode: number });

/** Where something is put, and what is there until then. */
export interface PutPlace {
  readonly folder: OpenFolder;
  readonly name: Buffer;
  readonly before: BigIntStats | undefined;
  /** A name in the folder that is free. */
  readonly draft: string;
}

/**
 * Makes under the draft's name what is to be put, and gives what it is. A folder that is there needs none for a new mode.
 * Bits that let a program run as somebody else are left out.
 */
export async function draftEntry({ folder, before, draft }: PutPlace, entry: NewEntry): Promise<EntryState> {
  const at = folder.entry(draft);
  switch (entry.kind) {
    case 'absent':
      return entry;
    case 'folder': {
      const mode = entry.mode & 0o777;
      if (!before?.isDirectory()) await makeFolder(folder, Buffer.from(draft), mode);
      return { kind: 'folder', mode };
    }
    case 'link':
      await symlink(entry.target, at);
      return { kind: 'link', target: entry.target.toString('base64') };
    case 'file': {
      const mode = entry.mode & 0o777;
      // Whoever had the file keeps it; root makes nothing of its own in a person's folder.
      const hash = await copyFile(entry, at, { mode, owner: before ?? folder.stats, isSynced: true });
      return { kind: 'file', mode, hash };
    }
  }
}

/** Does something with a draft, which is gone where that fails. */
export async function whileDrafted({ folder, draft }: PutPlace, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await removeDraft(folder, draft);
    throw error;
  }
}

/** Removes a draft, whatever was drafted. */
export async function removeDraft(folder: OpenFolder, draft: string): Promise<void> {
  await rm(folder.entry(draft), { recursive: true, force: true });
}

/**
 * Puts what was drafted in its place, at once unless a folder is replaced or takes the place of something. Rejects with
 * `Replaced` where something else is there than was looked at, and with `EEXIST` or `ENOTEMPTY` where that has just come up.
 */
export async function putEntry(place: PutPlace, after: EntryState): Promise<void> {
  const { folder, name, before, draft } = place;
  const now = await folder.look(name);
  if (!isSameStamp(now && stampOf(now), before && stampOf(before))) throw new Replaced();
  const [at, from] = [folder.entry(name), folder.entry(draft)];
  const had = before ? typeOf(before) : undefined;
  if (after.kind === 'folder' && had === 'folder') {
    await setFolderMode(folder, name, after.mode);
    return;
  }
  const isFile = after.kind === 'file' || after.kind === 'link';
  // A rename takes the place of a file at once, and a link to nothing else than a place that is free.
  if (isFile && had !== undefined && had !== 'folder') await rename(from, at);
  else if (had === undefined) await putInFree(place, after);
  else {
    await (had === 'folder' ? rmdir(at) : unlink(at));
    await putInFree(place, after).catch((error: unknown) => {
      throw new HalfDone('What was there is gone, and nothing has taken its place.', { cause: error });
    });
  }
}

/** What was there is gone, and what was to take its place is not there: that must be taken back. */
class HalfDone extends Error {}

async function putInFree({ folder, name, draft }: PutPlace, after: EntryState): Promise<void> {
  const [at, from] = [folder.entry(name), folder.entry(draft)];
  switch (after.kind) {
    case 'folder':
      // It is empty, and would take the place of another empty one, also of one that the disk takes for the same.
      if (await folder.isTaken(name)) throw new Replaced();
      await rename(from, at);
      break;
    case 'file':
      await link(from, at);
      await unlink(from);
      break;
    case 'link':
      // Some systems follow a symbolic link to which another name is given.
      await symlink(Buffer.from(after.target, 'base64'), at);
      await unlink(from);
      break;
    case 'absent':
    case 'special':
  }
}

/** Whether the owner of a folder of this mode may not write into it, or not even look into it. */
export function isClosed(mode: number): boolean {
  return (mode & 0o700) !== 0o700;
}

/** The mode of such a folder while something is written into it. */
export function openedMode(mode: number): number {
  return mode | 0o700;
}

/** Makes a folder that belongs to whoever has the one around it. */
export async function makeFolder(parent: OpenFolder, name: Buffer, mode: number): Promise<void> {
  await mkdir(parent.entry(name), { mode: 0o700 });
  const handle = await openFolderAt(parent, name);
  try {
    const { uid, gid } = parent.stats;
    if (process.getuid?.() === 0) await handle.chown(Number(uid), Number(gid));
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

/** What the person set beyond rights, such as whose group new entries get, stays. */
async function setFolderMode(parent: OpenFolder, name: Buffer, mode: number): Promise<void> {
  const handle = await openFolderAt(parent, name);
  try {
    await handle.chmod(((await handle.stat()).mode & 0o7000) | mode);
  } finally {
    await handle.close();
  }
}

function openFolderAt(parent: OpenFolder, name: Buffer): Promise<FileHandle> {
  return open(parent.entry(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}
