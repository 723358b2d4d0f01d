import type { BigIntStats } from 'node:fs';
import { foldersAbove } from '../../isolation/folderScan.ts';
import type { OpenedView, SeenEntry } from '../../workspaces/engineViews.ts';
import { isSameStamp, stampOf, typeOf } from '../change.ts';
import { folderEntries } from '../copies/folderEntries.ts';
import type { LeftOut } from '../copies/leftOut.ts';
import type { KnownPaths } from '../knownPaths.ts';
import { withFolder, withParent, type OpenFolder } from '../openFolder.ts';
import { isText, namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import { lookAt } from './lookAt.ts';
import { isInOwnFolders } from './ownFolders.ts';

/** What a workspace does not see as the folder has it. */
export interface StaleEntry {
  readonly path: string;
  /** What the folder has; `null` for nothing. */
  readonly wanted: BigIntStats | null;
  /** The workspace sees nothing there. */
  readonly isNew: boolean;
}

/** More of them take longer than the next start. */
const mostLooked = 500;
/** So much is brought in at once: the workspace stands still meanwhile. */
const mostBytes = 64n * 1024n ** 2n;

/** Where the view of a workspace is looked at, and beside what. */
export interface StaleSearch {
  readonly view: Pick<OpenedView, 'look' | 'mergesNewFolders'>;
  readonly folder: OpenFolder;
  /** What the workspace has written. */
  readonly upper: OpenFolder;
  readonly known: Pick<KnownPaths, 'get'>;
  /** When the view was mounted, by the clock of this machine unless it shows a copy. */
  readonly startedNs: bigint;
  readonly isCopy: boolean;
  /** Whether the workspace may have seen what is at a path of the folder, and removed it. */
  readonly wasSeen: (path: string) => boolean;
  /** What is neither shown nor kept up to date. */
  readonly isLeftOut: LeftOut;
  /** What the engine has covered in the view, which must stay in its place: the cover would go with it. */
  readonly covered: readonly string[];
  /** Paths that are known to be behind. */
  readonly pending: readonly string[];
  /** Paths that were changed in the folder. */
  readonly changed: readonly string[];
  readonly signal: AbortSignal;
}

/** What was found, folders before what is in them. */
export interface StaleEntries {
  readonly stale: readonly StaleEntry[];
  /** What waits for the next start: folders that were removed or replaced, and what is too much at once. */
  readonly withheld: readonly string[];
}

/**
 * Finds what a workspace does not see as the folder has it. Whatever it has looked at, or looked for in vain, the kernel
 * remembers for it: of what takes its place in the folder the kernel is not told.
 */
export async function findStale(search: StaleSearch): Promise<StaleEntries> {
  const { pending, changed, signal } = search;
  const behind = new Set(pending.filter((path) => isKept(path, search)));
  const wanted = new Set(behind);
  for (const path of changed) if (isKept(path, search) && !(await isNoted(path, search))) wanted.add(path);
  const found: Found = { stale: new Map(), withheld: new Set(), closed: new Set(), bytes: 0n };
  // A folder is looked at also where only that was changed which is in it.
  const paths = [...new Set([...foldersAbove([...wanted]), ...wanted])].sort();
  for (const path of paths.slice(0, mostLooked)) {
    signal.throwIfAborted();
    const above = foldersAbove([path]);
    if (above.some((each) => found.withheld.has(each))) found.withheld.add(path);
    // An engine follows links: what lies below one is somewhere else.
    else if (!found.stale.has(path) && !above.some((each) => found.closed.has(each)))
      await lookAtPath(path, behind.has(path), search, found);
  }
  return { stale: [...found.stale.values()], withheld: [...found.withheld, ...paths.slice(mostLooked)] };
}

interface Found {
  readonly stale: Map<string, StaleEntry>;
  readonly withheld: Set<string>;
  /** What is no folder in the folder. */
  readonly closed: Set<string>;
  bytes: bigint;
}

function isKept(path: string, { isLeftOut }: Pick<StaleSearch, 'isLeftOut'>): boolean {
  if (!isText(path) || foldersAbove([path]).some((each) => isLeftOut(each, true))) return false;
  return !isLeftOut(path, false) && !isLeftOut(path, true);
}

/** A new folder comes with all that is in it. What stands where the kernel has a folder, or the other way round, does not. */
async function lookAtPath(path: string, isBehind: boolean, search: StaleSearch, found: Found): Promise<void> {
  const { stale, withheld, closed } = found;
  const { folder, view, covered } = search;
  const wanted = await lookAt(folder, path);
  const isFolder = wanted !== 'unreadable' && wanted?.isDirectory() === true;
  if (!isFolder) closed.add(path);
  if (wanted === 'unreadable' || (wanted && typeOf(wanted) === 'special')) return;
  const seen = await view.look(path);
  const isReplaced = seen !== undefined && isFolder !== (seen.type === 'folder');
  const isCover = covered.some((each) => each.startsWith(`${path}/`));
  const isOther = wanted && seen && isFolder && !(await isSameFolder(path, wanted, seen, search));
  // The workspace may have removed it with a folder that it made anew.
  const isHidden = wanted && !seen && search.wasSeen(path) && !(await isInOwnFolders(path, search));
  if (isReplaced || isOther || isHidden || (isCover && !isFolder)) withheld.add(path);
  else if (isBehind || !isAsSeen(wanted, seen)) {
    const inside = isFolder && !seen ? await allIn(path, search) : [];
    const entries = [{ path, wanted, isNew: !seen }, ...(inside ?? [])];
    const bytes = entries.reduce((sum, { wanted: each }) => sum + (each?.isFile() ? each.size : 0n), 0n);
    const isTooMuch = found.bytes + bytes > mostBytes || stale.size + entries.length > mostLooked;
    if (!inside || isTooMuch) withheld.add(path);
    else {
      found.bytes += bytes;
      for (const entry of entries) stale.set(entry.path, entry);
    }
  }
}

/** Whether what the folder has was put there, or brought from there, by Cordon. */
async function isNoted(path: string, { folder, known }: StaleSearch): Promise<boolean> {
  const noted = known.get(path);
  if (noted?.upper === undefined) return false;
  const has = await lookAt(folder, path);
  if (has === 'unreadable' || has?.isDirectory()) return false;
  return isSameStamp(noted.lower, has ? stampOf(has) : undefined);
}

/**
 * Whether the view shows the folder that is there, and not one that was removed and made anew: of that the kernel does not
 * let go. Only a copy keeps its own folders for as long as it is mounted. Times are those of the kernel's clock, which
 * ticks every few milliseconds.
 */
async function isSameFolder(
  path: string,
  wanted: BigIntStats,
  seen: SeenEntry,
  { upper, known, isCopy, startedNs }: StaleSearch,
): Promise<boolean> {
  if (isCopy) return true;
  if (!(await lookAt(upper, path))) return wanted.mtimeNs === seen.modifiedNs;
  const before = known.get(path)?.lower;
  if (!before) return wanted.birthtimeNs < startedNs;
  // The number of a folder that is gone is given to the next one.
  return before.inode === String(wanted.ino) && wanted.birthtimeNs <= BigInt(before.changedNs);
}

/** Until the next start a new folder in a view hides all that is below it: it comes as a whole, or then. */
async function allIn(
  path: string,
  { view, folder, upper, isCopy, isLeftOut, signal }: StaleSearch,
): Promise<readonly StaleEntry[] | undefined> {
  // What is made over a mark of what is gone never shows what lies below.
  if (!view.mergesNewFolders || (await lookAt(upper, path))) return undefined;
  const skipped: string[] = [];
  const isMissing: LeftOut = (inside, isFolder) => {
    const isOut = isLeftOut(`${path}/${inside}`, isFolder);
    if (isOut) skipped.push(inside);
    return isOut;
  };
  const found = await withParent(folder, namesOf(path), (parent, name) =>
    withFolder(parent.folder(name), (inner) => folderEntries(inner, isMissing, signal)),
  ).catch((error: unknown) => {
    if (readProblem(error) === undefined) throw error;
    return undefined;
  });
  // A copy has nothing of that anyway, so that nobody takes it for removed.
  const isAll = isCopy || skipped.length + (found?.leftOut.length ?? 0) === 0;
  if (!found || !isAll) return undefined;
  return found.entries.map(({ path: inside, stats }) => ({
    ...{ path: `${path}/${inside}`, wanted: stats, isNew: true },
  }));
}

/** A file that was written in place is seen as it is, to the nanosecond. Of folders the time tells nothing. */
function isAsSeen(wanted: BigIntStats | null, seen: SeenEntry | undefined): boolean {
  if (!wanted || !seen) return !wanted && !seen;
  if (typeOf(wanted) !== seen.type) return false;
  if (seen.type !== 'link' && Number(wanted.mode & 0o777n) !== seen.mode) return false;
  return seen.type === 'folder' || (wanted.mtimeNs === seen.modifiedNs && Number(wanted.size) === seen.size);
}
