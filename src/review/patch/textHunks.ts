import { structuredPatch, type StructuredPatchHunk } from 'diff';
import { diffBounds } from '../diffBounds.ts';

const context = 3;

/**
 * How a text became another one, as the hunks of a unified diff. Both are bytes read as Latin-1, so that they stay what
 * they are. Gives `undefined` where they differ too much to be compared.
 */
export function textHunks(before: string, after: string): string | undefined {
  const options = { ...diffBounds, context };
  return structuredPatch('', '', before, after, '', '', options)?.hunks.map(shown).join('');
}

function shown({ oldStart, oldLines, newStart, newLines, lines }: StructuredPatchHunk): string {
  const header = `@@ -${place(oldStart, oldLines)} +${place(newStart, newLines)} @@`;
  return [header, ...lines].map((line) => `${line}\n`).join('');
}

/** Of nothing, the line before it is named. */
function place(start: number, count: number): string {
  return `${count === 0 ? start - 1 : start},${count}`;
}
