import { foldersAbove } from '../isolation/folderScan.ts';
import { isAtOrBelow } from './isAtOrBelow.ts';
import { isModeOfFolder, isSameStamp, type Blocker, type Change } from './change.ts';

/** Why a change stays a change. */
export type Refusal =
  | Blocker
  /** It, or something on the way to it, was changed past the workspace. */
  | 'conflict'
  /** It is protected, and was not named by its own path. */
  | 'protected'
  /** It is a symbolic link that leads out of the folder, and was not named by its own path. */
  | 'linkOut'
  /** The disk of the folder takes no such name. */
  | 'name'
  /** It is another change than the one that was seen. */
  | 'changed'
  /** There is no such change, or none any more. */
  | 'noChange';

export interface RefusedChange {
  readonly path: string;
  readonly reason: Refusal;
}

export interface ChosenChanges {
  /** In an order in which they can be made: removals from the inside out, then everything else from the outside in. */
  readonly chosen: readonly Change[];
  readonly refused: readonly RefusedChange[];
}

/** How the paths of changes are meant. */
export interface Meaning {
  /** Those of them that mean nothing below them. */
  readonly alone?: readonly string[];
}

/**
 * Which changes to accept when these paths are named, and all that are below them, or everything when none is. What is
 * dangerous needs a word of its own: it is chosen only by its own path, or as a new folder around such a path. Of what was
 * `seen` only that is meant, as it was: what is not trusted may change a file while somebody looks at it.
 */
export function chooseChanges(
  changes: readonly Change[],
  paths?: readonly string[],
  { seen, alone }: Meaning & { readonly seen?: readonly Change[] } = {},
): ChosenChanges {
  const named = new Set(paths);
  const around = new Set(foldersAbove([...named]));
  const isNamed = ({ path, kind, type }: Change) =>
    named.has(path) || (kind === 'added' && type === 'folder' && around.has(path));
  const asSeen = seen && new Map(seen.map((change) => [change.path, change]));
  const meant = paths ? meantBy(paths, changes, alone) : changes;
  const wanted = new Map([...foldersFor(meant, changes), ...meant].map((change) => [change.path, change]));
  const refused: RefusedChange[] = [];
  const chosen: Change[] = [];
  for (const change of wanted.values()) {
    const isOther = asSeen !== undefined && !isSameChange(change, asSeen.get(change.path));
    const reason = refusalOf(change, isNamed(change)) ?? (isOther ? 'changed' : undefined);
    if (reason) refused.push({ path: change.path, reason });
    else chosen.push(change);
  }
  const known = [...wanted.keys()];
  const covered = new Set([...known, ...foldersAbove(known)]);
  for (const path of named) if (!covered.has(path)) refused.push({ path, reason: 'noChange' });
  return { chosen: inOrder(chosen), refused };
}

/** The changes at these paths, and below those that do not stand alone. */
export function meantBy(
  paths: readonly string[],
  changes: readonly Change[],
  alone: readonly string[] = [],
): readonly Change[] {
  const named = new Set(paths);
  const byThemselves = new Set(alone);
  const isMeant = isAtOrBelow(new Set(paths.filter((path) => !byThemselves.has(path))));
  return changes.filter(({ path }) => named.has(path) || isMeant(path));
}

function refusalOf({ conflict, blocker, dangers }: Change, isNamed: boolean): Refusal | undefined {
  if (blocker) return blocker;
  if (conflict) return 'conflict';
  if (isNamed) return undefined;
  if (dangers.includes('protected')) return 'protected';
  return dangers.includes('linkOut') ? 'linkOut' : undefined;
}

function isSameChange(a: Change, b: Change | undefined): boolean {
  return (
    a.kind === b?.kind &&
    a.dangers.join() === b.dangers.join() &&
    isSameStamp(a.upper, b.upper) &&
    isSameStamp(a.lower, b.lower) &&
    // of a folder on both sides it is all that there is to accept
    (!isModeOfFolder(a) || (a.upper?.mode === b.upper?.mode && a.lower?.mode === b.lower?.mode))
  );
}

/** The folders that must be there before what is meant can be put in them. */
function foldersFor(meant: readonly Change[], changes: readonly Change[]): readonly Change[] {
  const made = new Map(
    changes
      .filter(({ kind, type, lower }) => kind !== 'deleted' && type === 'folder' && lower?.type !== 'folder')
      .map((change) => [change.path, change]),
  );
  const kept = meant.filter(({ kind }) => kind !== 'deleted');
  return foldersAbove(kept.map(({ path }) => path)).flatMap((way) => made.get(way) ?? []);
}

function inOrder(changes: readonly Change[]): readonly Change[] {
  const sorted = changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const isRemoval = ({ kind }: Change) => kind === 'deleted';
  return [...sorted.filter(isRemoval).reverse(), ...sorted.filter((change) => !isRemoval(change))];
}
