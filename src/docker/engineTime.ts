/** Seconds since 1970 of a time as engines write it; 0, as old as can be, for one that cannot be read. */
export function secondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}

/** The same in nanoseconds: engines write up to nine digits behind the point, of which a `Date` knows three. */
export function nanosecondsOf(time: string): bigint {
  const fraction = /\.(\d{1,9})/.exec(time)?.[1] ?? '';
  return BigInt(secondsOf(time)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}
