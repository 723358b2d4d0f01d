import { foldersAbove } from '../../src/isolation/folderScan.ts';
import type { Change } from '../../src/review/change.ts';
import type { RefusedChange } from '../../src/review/chooseChanges.ts';

/** What is below a folder, as `folderState` gives it. */
export type State = Readonly<Record<string, string>>;

/** What a workspace and a person did to one folder at the same time, and what came of it when all was accepted. */
export interface BothSides {
  /** What both had the last time that they had the same. */
  readonly agreed: ReadonlyMap<string, string | undefined>;
  /** What the workspace saw before it began. */
  readonly seen: State;
  /** What the workspace made of it, and what of that is in its layer. */
  readonly inside: State;
  readonly layer: State;
  /** What the person made of it. */
  readonly folder: State;
  /** Where that is the work of the person. */
  readonly ofPerson: ReadonlySet<string>;
  /** Where anything was done in the folder that may be the work of a person, by what the kernel tells. */
  readonly touched: ReadonlySet<string>;
  readonly listed: readonly Change[];
  readonly refused: readonly RefusedChange[];
  /** What the accept made of the folder, and what was left to accept. */
  readonly after: State;
  readonly left: readonly Change[];
}

/** Tells where something was lost, made up, kept back or not said: nothing where a review did what it is for. */
export function brokenPromises(sides: BothSides): readonly string[] {
  const { seen, inside, folder, after, ofPerson, refused } = sides;
  const told = (path: string) => [seen, inside, folder, after].map((state) => state[path] ?? 'nothing');
  const paths = new Set([seen, inside, folder, after].flatMap((state) => Object.keys(state)));
  const broken = [...paths].sort().flatMap((path) => {
    const outcome = ofPerson.has(path) ? costOfPerson(path, sides) : notAsInside(path, sides);
    const problem = outcome ?? unsaid(path, sides);
    return problem === undefined ? [] : [`${path}: ${problem}: ${JSON.stringify(told(path))}`];
  });
  return [...broken, ...refused.flatMap((each) => forgotten(each, sides))];
}

/** What the person did stays. Only where nothing is left of it something may come from the workspace. */
function costOfPerson(path: string, sides: BothSides): string | undefined {
  const { folder, inside, after, layer } = sides;
  if (after[path] === folder[path]) return undefined;
  if (folder[path] !== undefined) return 'the person lost it';
  if (after[path] !== inside[path]) return 'nobody made that';
  return isWritten(layer[path]) ? undefined : 'it is back, and the workspace did nothing to it';
}

/** Everything else becomes what a plain copy would have become, unless the person's work is in the way. */
function notAsInside(path: string, sides: BothSides): string | undefined {
  const { folder, inside, after, left } = sides;
  if (after[path] === inside[path]) return undefined;
  if (after[path] !== folder[path]) return 'nobody made that';
  if (!left.some((change) => change.path === path)) return 'it is left out, and not listed';
  return isInTheWay(path, sides) ? undefined : 'it is refused, and nobody else did anything there';
}

function isInTheWay(path: string, { folder, touched }: BothSides): boolean {
  const hasIn = [...touched].some((each) => each === path || each.startsWith(`${path}/`));
  return hasIn || foldersAbove([path]).some((above) => touched.has(above) && !isFolder(folder[above]));
}

/** Where both did something that is still there, it is a conflict before anything is accepted. */
function unsaid(path: string, sides: BothSides): string | undefined {
  const { agreed, seen, inside, folder, ofPerson, listed } = sides;
  const others = [agreed.get(path), seen[path], folder[path]];
  if (!ofPerson.has(path) || folder[path] === undefined || others.includes(inside[path])) return undefined;
  if (isOnlyHidden(path, sides)) return undefined;
  const isSaid = listed.some((change) => change.path === path && change.conflict);
  return isSaid ? undefined : 'both did something, and it is no conflict';
}

/** What went with a folder that the workspace made anew is told from what came later by its time alone. */
function isOnlyHidden(path: string, { layer }: BothSides): boolean {
  const around = foldersAbove([path]).map((folder) => layer[folder]);
  return layer[path] === undefined && around.every((each) => each === undefined || isFolder(each));
}

/** What was refused is still listed, with what it is in conflict with. */
function forgotten({ path, reason }: RefusedChange, { left }: BothSides): readonly string[] {
  const isAbout = (other: string) =>
    other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`);
  if (reason !== 'conflict') return [`${path}: it is refused as ${reason}`];
  if (!left.some((change) => change.path === path)) return [`${path}: it is refused, and not listed`];
  const isConflict = left.some((change) => change.conflict && isAbout(change.path));
  return isConflict ? [] : [`${path}: it is refused, and nothing about it is in conflict`];
}

export function isFolder(state: string | undefined): boolean {
  return state?.startsWith('folder ') === true;
}

/** Something else than a mark that says that it is gone. */
export function isWritten(state: string | undefined): boolean {
  return state !== undefined && !state.startsWith('other ');
}
