const kibi = 1024;
const dayMs = 86_400_000;

const ageUnits: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * dayMs],
  ['month', 30 * dayMs],
  ['week', 7 * dayMs],
  ['day', dayMs],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** A size in bytes in words for a person, for example `240 MB`. */
export function formatSize(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const step = Math.min(
    units.length - 1,
    Math.max(0, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(kibi))),
  );
  const value = bytes / kibi ** step;
  return numberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}

const numberFormats = new Map<string, Intl.NumberFormat>();

/** A format for numbers, made once: making one takes as long as to format a hundred numbers. */
export function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language, options]);
  let format = numberFormats.get(key);
  if (!format) numberFormats.set(key, (format = new Intl.NumberFormat(language, options)));
  return format;
}

/** How long ago a moment was, for example `3 days ago`; empty for what is no moment. */
export function formatAge(isoTime: string, language: string, nowMs = Date.now()): string {
  const ageMs = nowMs - Date.parse(isoTime);
  if (!Number.isFinite(ageMs)) return '';
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  for (const [unit, unitMs] of ageUnits)
    if (ageMs >= unitMs) return format.format(-Math.floor(ageMs / unitMs), unit);
  return format.format(0, 'second');
}

/** A duration for a person, for example `240 ms` or `1.2 s`. */
export function formatDuration(durationMs: number): string {
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}

/** The text without anything that could move a cursor, colour a terminal or hide what follows. */
export function withoutControlCharacters(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, ' ');
}
