/** Seconds since 1970 of a time as engines write it; 0, as old as can be, for one that cannot be read. */
export function secondsOf(time: string): number {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? 0 : Math.floor(ms / 1000);
}
