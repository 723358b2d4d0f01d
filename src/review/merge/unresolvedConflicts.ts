import { isDeepStrictEqual } from 'node:util';
import { diffArrays } from 'diff';
import { diffBounds } from '../diffBounds.ts';
import type { ConflictSides } from './conflictSides.ts';

/** Lines of the base, from `start` up to `end`, which is not one of them. */
interface Region {
  readonly start: number;
  readonly end: number;
}

/** What a text has in the place of a region. */
interface Edit extends Region {
  readonly lines: readonly string[];
}

/** In how many places that both sides changed, each in its own way, a result still has what the base has. */
export function unresolvedConflicts(
  { base, folder, workspace }: Pick<ConflictSides, 'base' | 'folder' | 'workspace'>,
  result: string,
): number {
  const ofFolder = editsOf(base, folder);
  const ofWorkspace = editsOf(base, workspace);
  const ofResult = editsOf(base, result);
  return regionsOf([...ofFolder, ...ofWorkspace]).filter(
    (region) =>
      isConflict(editsIn(region, ofFolder), editsIn(region, ofWorkspace)) &&
      editsIn(region, ofResult).length === 0,
  ).length;
}

function isConflict(one: readonly Edit[], other: readonly Edit[]): boolean {
  return one.length > 0 && other.length > 0 && !isDeepStrictEqual(one, other);
}

/** Gives one edit of everything where the texts differ too much to be compared. */
function editsOf(base: string, text: string): readonly Edit[] {
  const [before, after] = [linesOf(base), linesOf(text)];
  let start = 0;
  return (
    diffArrays(before, after, diffBounds)?.flatMap(({ added, removed, value }) => {
      const edit = { start, end: added ? start : start + value.length, lines: added ? value : [] };
      start = edit.end;
      return added || removed ? [edit] : [];
    }) ?? [{ start, end: before.length, lines: after }]
  );
}

/** As the merge editor sees them, which makes all ends of lines the same and takes a mark of the encoding away. */
function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
}

/** What touches is one region, as it is in the merge editor. */
function regionsOf(edits: readonly Edit[]): readonly Region[] {
  const regions: Region[] = [];
  for (const { start, end } of edits.toSorted((one, other) => one.start - other.start)) {
    const last = regions.at(-1);
    if (last && start <= last.end) regions.splice(-1, 1, { ...last, end: Math.max(last.end, end) });
    else regions.push({ start, end });
  }
  return regions;
}

function editsIn({ start, end }: Region, edits: readonly Edit[]): readonly Edit[] {
  return edits.filter((edit) => edit.start <= end && edit.end >= start);
}
