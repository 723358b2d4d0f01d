/** Last time that a date can hold, in milliseconds since 1970. */
const lastMs = 8_640_000_000_000_000;

/**
 * Now, in ISO 8601 and UTC; just after `earlier` where the clock was set back since, or stood still: of two versions of
 * a thing the later one counts, in every window.
 */
export function timeAfter(earlier: string | undefined): string {
  const leastMs = earlier === undefined ? 0 : Math.min(Date.parse(earlier) + 1, lastMs);
  return new Date(Math.max(Date.now(), leastMs)).toISOString();
}
