import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { link, mkdir, open, rename, rm, rmdir, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { isSameStamp, stampOf, typeOf } from './change.ts';
import { copyContent, type EntryState } from './entryState.ts';
import type { OpenFolder } from './openFolder.ts';
import { isSameFile, Replaced } from './sameContent.ts';

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** What is to be at a path; a file with whatever holds its bytes. */
export type NewEntry =
  | { readonly kind: 'absent' }
  | { readonly kind: 'folder'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: Buffer }
  | {
      readonly kind: 'file';
      readonly mode: number;
      readonly from: FileHandle;
      /** What it was when it was looked at. */
      readonly stats: BigIntStats;
    };

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
      const file = await open(at, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        const mode = entry.mode & 0o777;
        const hash = await copyContent(entry.from, file);
        if (!isSameFile(await entry.from.stat({ bigint: true }), entry.stats)) throw new Replaced();
        // Whoever had the file keeps it; root makes nothing of its own in a person's folder.
        const { uid, gid } = before ?? folder.stats;
        if (process.getuid?.() === 0) await file.chown(Number(uid), Number(gid));
        await file.chmod(mode);
        await file.utimes(entry.stats.mtime, entry.stats.mtime);
        await file.datasync();
        return { kind: 'file', mode, hash };
      } finally {
        await file.close();
      }
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
  else if (had === undefined) await putInFree(at, from, after);
  else {
    await (had === 'folder' ? rmdir(at) : unlink(at));
    await putInFree(at, from, after).catch((error: unknown) => {
      throw new HalfDone('What was there is gone, and nothing has taken its place.', { cause: error });
    });
  }
}

/** What was there is gone, and what was to take its place is not there: that must be taken back. */
class HalfDone extends Error {}

async function putInFree(at: Buffer, from: Buffer, after: EntryState): Promise<void> {
  // It is empty, and takes the place of nothing but another empty one.
  if (after.kind === 'folder') await rename(from, at);
  if (after.kind === 'file' || after.kind === 'link') {
    await link(from, at);
    await unlink(from);
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
