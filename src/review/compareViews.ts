import type { Change } from './change.ts';
import { readSide, type SideContent } from './readSide.ts';
import type { OpenView } from './openViews.ts';

/** Which side of a change a workspace has at a path: its own, or what the folder has. */
export type SeenSide = 'workspace' | 'folder';

/** A path at which two workspaces of one folder see something else. */
export interface ViewDifference {
  readonly path: string;
  readonly one: SeenSide;
  readonly other: SeenSide;
}

/** The changes of a workspace, in its open view. */
export interface ComparedView {
  readonly changes: readonly Change[];
  readonly view: Pick<OpenView, 'upper' | 'lower'>;
}

/** More of a file is not read for a comparison: such files count as different. */
const mostBytes = 5 * 1024 * 1024;

/** Finds where two workspaces of one folder differ, in the order of the paths. Folders are told by what is in them. */
export async function compareViews(
  one: ComparedView,
  other: ComparedView,
  signal?: AbortSignal,
): Promise<readonly ViewDifference[]> {
  const [ours, theirs] = [one, other].map(({ changes }) => new Set(changes.map(({ path }) => path)));
  const isNoFolder = ({ type, lower }: Change) => type !== 'folder' || (lower && lower.type !== 'folder');
  const paths = new Set([...one.changes, ...other.changes].filter(isNoFolder).map(({ path }) => path));
  const found: ViewDifference[] = [];
  for (const path of [...paths].sort()) {
    signal?.throwIfAborted();
    const seen = {
      path,
      one: ours?.has(path) ? ('workspace' as const) : ('folder' as const),
      other: theirs?.has(path) ? ('workspace' as const) : ('folder' as const),
    };
    const [left, right] = await Promise.all([read(one, path, seen.one), read(other, path, seen.other)]);
    if (!isSame(left, right)) found.push(seen);
  }
  return found;
}

function read({ view }: ComparedView, path: string, side: SeenSide): Promise<SideContent> {
  return readSide(side === 'workspace' ? view.upper : view.lower, path, mostBytes);
}

function isSame(a: SideContent, b: SideContent): boolean {
  if (a.kind === 'text' && b.kind === 'text') return a.bytes.equals(b.bytes);
  if (a.kind === 'link' && b.kind === 'link') return a.target === b.target;
  return a.kind === b.kind && a.kind !== 'large';
}
