import { measured, median, ratioOf, type Measurement, type Skip, type Target } from './measurement.ts';

const columns = [
  'measure',
  'Cordon',
  'p95',
  'max',
  'raw',
  'ratio',
  'docker CLI',
  'devcontainer',
  'target',
  '',
];

/** The table: medians in milliseconds, the ratio of Cordon to the engine's own calls, and what was promised. */
export function table(measurements: readonly Measurement[], skipped: readonly Skip[]): string {
  const rows = [columns, ...measurements.map(cells)];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    ...rows.map(line),
    '',
    'Medians in ms; p95 and max are Cordon’s. raw: the engine’s own calls over its socket, with the same options. ratio: Cordon / raw, median of pairs.',
    ...skipped.map(({ measure, why }) => `Not measured: ${measure}: ${why}`),
  ].join('\n');
}

/** The same as JSON, with every sample. */
export function asJson(measurements: readonly Measurement[]) {
  return measurements.map((measurement) => {
    const { measure, samples, target } = measurement;
    const medians = Object.entries(samples).map(([name, values]) => [name, median(values)]);
    return {
      measure,
      medianMs: Object.fromEntries(medians) as Record<string, number>,
      ratio: ratioOf(measurement),
      ...(samples.cordon && { p95Ms: measured(measurement, 'p95'), maxMs: measured(measurement, 'max') }),
      ...(target && { target, ok: isKept(measurement, target) }),
      samples,
    };
  });
}

function cells(measurement: Measurement): string[] {
  const { measure, samples, target } = measurement;
  const ratio = ratioOf(measurement);
  return [
    measure,
    msOf(samples.cordon),
    ...(['p95', 'max'] as const).map((of) => (samples.cordon ? ms(measured(measurement, of)) : '')),
    msOf(samples.raw),
    ratio === undefined ? '' : ratio.toFixed(2),
    msOf(samples.docker),
    msOf(samples.devcontainer),
    target ? promise(target) : '',
    target ? (isKept(measurement, target) ? 'ok' : 'over') : '',
  ];
}

function promise({ of, atMost, unit }: Target): string {
  return `${of} <= ${atMost}${of === 'ratio' ? '' : ` ${unit ?? 'ms'}`}`;
}

function isKept(measurement: Measurement, target: Target): boolean {
  return measured(measurement, target.of) <= target.atMost;
}

function msOf(samples: readonly number[] | undefined): string {
  return samples === undefined || samples.length === 0 ? '' : ms(median(samples));
}

function ms(value: number): string {
  return value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0);
}
