import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { size } from './soak.ts';

/** What chance a test run takes. `npm test` takes the same each time, and so does whoever names it in `CORDON_SEED`. */
export const seed = Number(process.env['CORDON_SEED'] ?? size(58_317, randomInt(2 ** 31 - 1)));

/** So many of them, chosen by the seed, in their order. */
export function someOf<T>(items: readonly T[], count: number): readonly T[] {
  const length = Math.min(count, items.length);
  const indices = fc.subarray([...items.keys()], { minLength: length, maxLength: length });
  const [chosen = []] = fc.sample(indices, { seed, numRuns: 1 });
  return chosen.map((index) => items[index]!);
}
