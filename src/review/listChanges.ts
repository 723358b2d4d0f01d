import * as l10n from '@vscode/l10n';
import { foldersAbove } from '../isolation/folderScan.ts';
import type { PathRules } from '../isolation/pathRules.ts';
import { isProtectedPath } from '../isolation/protectedPath.ts';
import { CordonError } from '../shared/errors.ts';
import { ShortTurns } from '../shared/shortTurns.ts';
import {
  isSameStamp,
  stampOf,
  typeOf,
  type Blocker,
  type Change,
  type Danger,
  type Stamp,
} from './change.ts';
import { ChangeWalk } from './changeWalk.ts';
import type { Difference, WalkGuide } from './difference.ts';
import type { ExcludedPaths } from './excludedPaths.ts';
import type { KnownPaths } from './knownPaths.ts';
import type { OpenFolder } from './openFolder.ts';
import { leadsOut } from './leadsOut.ts';
import type { SeenFolders } from './seenFolders.ts';

/** More than a person can look through, and than a window holds. */
const mostChanges = 200_000;
/** The same of all their paths: deep folders make them long. */
const mostPathCharacters = 50_000_000;
/** More of them tell nobody more. */
const mostExcluded = 1000;
/** Nobody reads through a larger file. */
const hugeBytes = 64n * 1024n ** 2n;
/** Nobody looks at more of one file, and a hole costs a container nothing. */
const mostBytes = 4n * 1024n ** 3n;

/** What decides which differences there are, and what each of them means. */
export interface ChangeSources extends Pick<WalkGuide, 'showsBelow' | 'isSame' | 'isBinary'> {
  readonly upper: OpenFolder;
  readonly lower: OpenFolder;
  /** By the kernel's clock: what was changed in the folder since was changed past the workspace. */
  readonly sinceNs: bigint;
  readonly known: Pick<KnownPaths, 'get' | 'isAccepted'>;
  readonly seen: Pick<SeenFolders, 'isAnother' | 'hasOtherMode'>;
  readonly rules: PathRules;
  readonly excluded: Pick<ExcludedPaths, 'has'>;
  /** Whether the workspace could ever see what the folder has there: a copy does not hold everything. */
  readonly wasSeen: (path: string) => boolean;
}

/** What a workspace in review mode has changed. */
export interface ChangeList {
  /** In the order of the paths. */
  readonly changes: readonly Change[];
  /** Paths with changes that are left out, each with all that is in it: how many there are, and the first of them. */
  readonly excluded: { readonly count: number; readonly paths: readonly string[] };
  /** Accepted paths that were changed in the folder since, and what a copy is behind: the workspace sees them as they were. */
  readonly pending: readonly string[];
  /** Where the workspace sees a copy of the folder: how many entries are missing on one side, and what it was given. */
  readonly copy?: { readonly leftOut: number; readonly has: (path: string) => boolean };
}

/** What a workspace changes is not to be seen, so fast it does that. */
export class TooFast extends CordonError {
  constructor() {
    super(
      'conflict',
      l10n.t('The workspace changes its files so fast that they cannot be listed. Pause it, then try again.'),
    );
  }
}

/** Lists what a workspace in review mode has changed. Rejects with `TooFast`. */
export async function listChanges(sources: ChangeSources, signal?: AbortSignal): Promise<ChangeList> {
  const { upper, lower, known, showsBelow, isSame, isBinary } = sources;
  const found: Difference[] = [];
  const excluded: string[] = [];
  let excludedCount = 0;
  let pathCharacters = 0;
  const pending: string[] = [];
  const walk = new ChangeWalk(
    {
      showsBelow,
      isSame,
      isBinary,
      wasPut: (path) => known.get(path)?.lower !== undefined,
      wasThere: (path, stats) =>
        known.get(path)?.lower !== undefined ||
        (sources.wasSeen(path) &&
          (stats.isDirectory() ? stats.birthtimeNs : stats.ctimeNs) < sources.sinceNs &&
          !isInKnownFolder(path, known)),
      wasMoved: (path, stats) => sources.seen.isAnother(path, stats),
      isAccepted: (path, stats, below) => {
        if (!known.isAccepted(path, stats && stampOf(stats))) return false;
        if (!isSameStamp(known.get(path)?.lower, below && stampOf(below))) pending.push(path);
        return true;
      },
      leavesOut: (path, isFolder) => {
        if (!sources.excluded.has(path, isFolder)) return false;
        excludedCount += 1;
        if (excluded.length < mostExcluded) excluded.push(path);
        return true;
      },
      take: (difference) => {
        pathCharacters += difference.path.length;
        if (found.push(difference) > mostChanges || pathCharacters > mostPathCharacters) throw tooMany();
      },
    },
    signal,
  );
  await walk.visit(upper, lower);
  if (!walk.isWhole) throw new TooFast();
  const turns = new ShortTurns();
  const changes: Change[] = [];
  for (const difference of found) {
    await turns.pause();
    changes.push(changeOf(difference, sources));
  }
  return {
    changes: changes.sort(byPath),
    excluded: { count: excludedCount, paths: excluded.sort() },
    pending,
  };
}

/** What is moved into a folder that came up later is no older than that, whatever its own time says. */
function isInKnownFolder(path: string, known: ChangeSources['known']): boolean {
  return foldersAbove([path]).some((folder) => known.get(folder)?.isNew);
}

function changeOf(difference: Difference, sources: ChangeSources): Change {
  const { path, kind, type, upper, lower } = difference;
  const stamps = { ...(upper && { upper: stampOf(upper) }), ...(lower && { lower: stampOf(lower) }) };
  const blocker = blockerOf(difference);
  return {
    ...{ path, kind, type, ...stamps },
    conflict: isConflict(difference, stamps.lower, sources),
    dangers: dangersOf(difference, sources.rules),
    ...(blocker && { blocker }),
    ...(upper?.isFile() && { size: Number(upper.size) }),
  };
}

function blockerOf({ blocker, upper, lower }: Difference): Blocker | undefined {
  if (blocker) return blocker;
  // none that the folder has is ever replaced or removed
  if (lower && typeOf(lower) === 'special') return 'special';
  return upper?.isFile() && upper.size > mostBytes ? 'tooLarge' : undefined;
}

/**
 * Whoever changed a file after the workspace got its view, or after Cordon last wrote it, may have seen something else.
 * Of folders the entries count, each by itself, and which one it is, and with which mode: one that is not known to be the
 * old one is taken for another where anything was done to the folder.
 */
function isConflict(
  { path, kind, type, lower, isMoved }: Difference,
  stamp: Stamp | undefined,
  { known, seen, sinceNs, wasSeen }: ChangeSources,
): boolean {
  if (lower?.isDirectory()) {
    const isOther = isMoved || seen.hasOtherMode(path, lower);
    const isToGo = kind === 'deleted' || type !== 'folder';
    return isToGo ? isOther === true || seen.isAnother(path, lower) : (isOther ?? lower.ctimeNs >= sinceNs);
  }
  const before = known.get(path);
  if (before) return !isSameStamp(before.lower, stamp);
  return lower !== undefined && (isMoved || !wasSeen(path) || lower.ctimeNs >= sinceNs);
}

function dangersOf(difference: Difference, rules: PathRules): Danger[] {
  const { path, type, upper, lower, target, inBare, isBinary } = difference;
  const wasFolder = lower !== undefined && typeOf(lower) === 'folder';
  const isProtected =
    inBare ||
    isProtectedPath({ path, isFolder: type === 'folder' }, rules) ||
    (wasFolder && isProtectedPath({ path, isFolder: true }, rules));
  const file = upper?.isFile() ? upper : undefined;
  return [
    ...(isProtected ? (['protected'] as const) : []),
    ...(target !== undefined && leadsOut(path, target) ? (['linkOut'] as const) : []),
    ...(file && (file.mode & 0o111n) !== 0n ? (['executable'] as const) : []),
    ...(file && file.size > hugeBytes ? (['huge'] as const) : []),
    ...(isBinary ? (['binary'] as const) : []),
  ];
}

function byPath(a: Change, b: Change): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

function tooMany(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      'The workspace has changed more than {0} files, which is more than can be shown. Have it remove what it does not need.',
      mostChanges.toLocaleString('en'),
    ),
  );
}
