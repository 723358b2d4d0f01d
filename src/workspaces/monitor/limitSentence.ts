import * as l10n from '@vscode/l10n';
import { bytesPerMiB } from '../../shared/units.ts';
import type { LimitHit } from './limitWatch.ts';

/** What is told of a limit that was hit. */
export function limitSentence(hit: LimitHit): string {
  switch (hit.cause) {
    case 'memoryNearLimit':
      return l10n.t(
        'Memory is nearly used up: {0} of {1} MiB.',
        Math.round(hit.usedBytes / bytesPerMiB),
        Math.round(hit.limitBytes / bytesPerMiB),
      );
    case 'pidsLimit':
      return l10n.t(
        'The limit of processes is reached: {0} of {1}. New ones cannot be started.',
        hit.pids,
        hit.limit,
      );
    case 'cpuThrottled':
      return l10n.t(
        'For a minute the processor limit held it back {0} % of the time.',
        Math.round(hit.throttledShare * 100),
      );
  }
}
