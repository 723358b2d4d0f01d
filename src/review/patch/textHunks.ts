import { diffArrays, type ChangeObject } from 'diff';

const context = 3;
/** A patch of more differences is no easier to read than the whole file. */
const mostEdits = 20_000;
const longestMs = 2000;

interface Line {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

/**
 * How a text became another one, as the hunks of a unified diff. Both are bytes read as Latin-1, so that they stay what
 * they are. Gives `undefined` where they differ too much to be compared.
 */
export function textHunks(before: string, after: string): string | undefined {
  const bounds = { maxEditLength: mostEdits, timeout: longestMs };
  const found: readonly ChangeObject<string[]>[] | undefined = diffArrays(
    linesOf(before),
    linesOf(after),
    bounds,
  );
  return found && hunksOf(found.flatMap(markLines));
}

/** Each with its end. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function markLines({ value, added, removed }: ChangeObject<string[]>): Line[] {
  const sign = added ? '+' : removed ? '-' : ' ';
  return value.map((text) => ({ sign, text }));
}

function hunksOf(lines: readonly Line[]): string {
  const changed = lines.flatMap(({ sign }, index) => (sign === ' ' ? [] : [index]));
  const ranges: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last && index - last.to <= 2 * context) last.to = index + 1;
    else ranges.push({ from: index, to: index + 1 });
  }
  let [at, before, after] = [0, 0, 0];
  const hunks = ranges.map((range) => {
    const from = Math.max(0, range.from - context);
    const to = Math.min(lines.length, range.to + context);
    before += from - at;
    after += from - at;
    const part = lines.slice(from, to);
    const had = part.filter(({ sign }) => sign !== '+').length;
    const has = part.filter(({ sign }) => sign !== '-').length;
    const header = `@@ -${place(before, had)} +${place(after, has)} @@\n`;
    [at, before, after] = [to, before + had, after + has];
    return header + part.map(shown).join('');
  });
  return hunks.join('');
}

/** Of nothing, the line before it is named. */
function place(linesBefore: number, count: number): string {
  return `${count === 0 ? linesBefore : linesBefore + 1},${count}`;
}

function shown({ sign, text }: Line): string {
  return text.endsWith('\n') ? `${sign}${text}` : `${sign}${text}\n\\ No newline at end of file\n`;
}
