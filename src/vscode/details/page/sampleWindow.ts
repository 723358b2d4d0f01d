import type { ResourceSample } from '../../../workspaces/resources/resourceSample.ts';

/** How far back the charts go. */
export const windowMs = 15 * 60_000;
/** Nobody looked for so long: what lies between is not known, and no line is drawn over it. */
const gapMs = 20_000;

/** Takes one more sample in; what is too old, or a little older than the newest, goes. After the clock was set back, so does what is of a later time. */
export function withSample(
  samples: readonly ResourceSample[],
  sample: ResourceSample,
): readonly ResourceSample[] {
  const newestMs = samples.at(-1)?.atMs ?? 0;
  if (sample.atMs <= newestMs && sample.atMs > newestMs - gapMs) return samples;
  return [...samples.filter(({ atMs }) => atMs > sample.atMs - windowMs && atMs < sample.atMs), sample];
}

/** Columns for a chart: seconds since 1970, and a row of values for each line, with `null` where nothing was measured. */
export function columnsOf(
  samples: readonly ResourceSample[],
  lines: readonly ((sample: ResourceSample) => number)[],
): { readonly seconds: number[]; readonly values: (number | null)[][] } {
  const seconds: number[] = [];
  const values: (number | null)[][] = lines.map(() => []);
  let before: number | undefined;
  for (const sample of samples) {
    if (before !== undefined && sample.atMs - before > gapMs) {
      seconds.push((before + 1) / 1000);
      for (const column of values) column.push(null);
    }
    seconds.push(sample.atMs / 1000);
    for (const [index, line] of lines.entries()) values[index]?.push(line(sample));
    before = sample.atMs;
  }
  return { seconds, values };
}
