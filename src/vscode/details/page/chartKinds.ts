import type { ResourceSample } from '../../../workspaces/resources/resourceSample.ts';
import { formatSize } from '../../format.ts';
import type { DetailsState } from '../detailsMessages.ts';
import { language } from './language.ts';

/** Where a workspace's use ends. */
export type Limits = DetailsState['limits'];

/** What one chart shows. */
export interface ChartKind {
  readonly id: string;
  readonly lines: readonly ((sample: ResourceSample) => number)[];
  readonly limit?: (limits: Limits) => number;
  /** The least that the axis shows, so that noise does not look like load. */
  readonly leastTop: number;
  readonly format: (value: number) => string;
  /** Steps that the axis may take; sizes have round ones in powers of two. */
  readonly steps?: number[];
}

const number = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const size = (bytes: number) => formatSize(bytes, language);
const kibi = 1024;
const binarySteps = Array.from({ length: 50 }, (_, power) => 2 ** power);

/** The charts of the page. */
export const chartKinds: readonly ChartKind[] = [
  {
    id: 'cpu',
    lines: [({ cpuCores }) => cpuCores],
    limit: ({ cpuCores }) => cpuCores,
    leastTop: 0.1,
    format: (value) => number.format(value),
  },
  {
    id: 'memory',
    lines: [({ memoryBytes }) => memoryBytes],
    limit: ({ memoryBytes }) => memoryBytes,
    leastTop: kibi ** 2,
    format: size,
    steps: binarySteps,
  },
  {
    id: 'network',
    lines: [
      ({ receivedBytesPerSecond }) => receivedBytesPerSecond,
      ({ sentBytesPerSecond }) => sentBytesPerSecond,
    ],
    leastTop: kibi,
    format: size,
    steps: binarySteps,
  },
  {
    id: 'disk',
    lines: [
      ({ readBytesPerSecond }) => readBytesPerSecond,
      ({ writtenBytesPerSecond }) => writtenBytesPerSecond,
    ],
    leastTop: kibi,
    format: size,
    steps: binarySteps,
  },
  {
    id: 'pids',
    lines: [({ pids }) => pids],
    limit: ({ pids }) => pids,
    leastTop: 4,
    format: (value) => whole.format(value),
  },
];
