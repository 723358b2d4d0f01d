import { diffArrays, type ChangeObject } from 'diff';

/** The lines that two texts have in common, in their order: what both may have come from where nobody knows. */
export function commonLines(one: string, other: string): string {
  const lines = (text: string) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const bounds = { maxEditLength: 20_000, timeout: 2000 };
  const found: readonly ChangeObject<string[]>[] | undefined = diffArrays(lines(one), lines(other), bounds);
  return (found ?? [])
    .filter(({ added, removed }) => !added && !removed)
    .flatMap(({ value }) => value)
    .join('');
}
