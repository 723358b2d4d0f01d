import { diffLines } from 'diff';
import { diffBounds } from '../diffBounds.ts';

/** The lines that two texts have in common, in their order: what both may have come from where nobody knows. */
export function commonLines(one: string, other: string): string {
  return (diffLines(one, other, diffBounds) ?? [])
    .filter(({ added, removed }) => !added && !removed)
    .map(({ value }) => value)
    .join('');
}
