import type { ContenderName } from './contender.ts';

/** One line of the table. Samples are in milliseconds; those of two contenders at the same place are a pair. */
export interface Measurement {
  readonly measure: string;
  readonly samples: Readonly<Partial<Record<ContenderName, readonly number[]>>>;
  /** What Cordon is to keep; none where nothing was promised. */
  readonly target?: Target;
}

/**
 * `ratio`: median of Cordon divided by raw, pair by pair; `added`: median of what Cordon takes more, pair by pair, in
 * milliseconds. `median`, `p95`, `max`: milliseconds of Cordon's own samples.
 */
export interface Target {
  readonly of: 'ratio' | 'added' | 'median' | 'p95' | 'max';
  readonly atMost: number;
  /** Of what is no time. */
  readonly unit?: 'MiB';
}

/** Why something was not measured. */
export interface Skip {
  readonly measure: string;
  readonly why: string;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of all do not exceed, by interpolation between the two next to it. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place % 1);
}

/** Cordon beside raw: the median of the ratios of pairs, which noise that lasts longer than a pair leaves alone. */
export function ratioOf(measurement: Measurement): number | undefined {
  return ofPairs(measurement, (own, raw) => own / raw);
}

function ofPairs(
  { samples: { cordon = [], raw = [] } }: Measurement,
  compare: (own: number, raw: number) => number,
): number | undefined {
  const compared = raw.flatMap((value, index) => {
    const own = cordon[index];
    return own === undefined ? [] : [compare(own, value)];
  });
  return compared.length === 0 ? undefined : median(compared);
}

/** What a target is about, as it was measured. */
export function measured(measurement: Measurement, of: Target['of']): number {
  const own = measurement.samples.cordon ?? [];
  switch (of) {
    case 'ratio':
      return ratioOf(measurement) ?? Number.NaN;
    case 'added':
      return ofPairs(measurement, (cordon, raw) => cordon - raw) ?? Number.NaN;
    case 'median':
      return median(own);
    case 'p95':
      return percentile(own, 95);
    case 'max':
      return Math.max(...own);
  }
}

/** Times one piece of work, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
