import fc from 'fast-check';

/** What chance a test run takes; a run that is given the same takes the same. */
export const seed = Number(process.env['CORDON_SEED'] ?? Math.floor(Math.random() * 1_000_000));

/** So many of them, chosen by the seed, in their order. */
export function someOf<T>(items: readonly T[], count: number): readonly T[] {
  const length = Math.min(count, items.length);
  const indices = fc.subarray([...items.keys()], { minLength: length, maxLength: length });
  const [chosen = []] = fc.sample(indices, { seed, numRuns: 1 });
  return chosen.map((index) => items[index]!);
}
