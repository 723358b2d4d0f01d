import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { CordonError } from '../shared/errors.ts';

/** What ends by a signal has not ended by itself. */
const signalExitCodes: readonly (number | undefined)[] = [137, 143];

/** A container whose main process ended by itself as soon as it was started. */
export class EndedAtOnce extends CordonError {
  readonly exitCode: number | undefined;

  constructor(image: string, exitCode: number | undefined) {
    super(
      'engineFailed',
      l10n.t(
        'The container of the image {0} ended at once (exit code {1}). Use an image with a shell and "sleep".',
        image,
        exitCode ?? '?',
      ),
    );
    this.exitCode = exitCode;
  }
}

/** Why a container that was just started does not run: it ended, or somebody ended or removed it. */
export function whyEnded(image: string, facts: ContainerFacts | undefined): CordonError {
  if (facts && !signalExitCodes.includes(facts.exitCode)) return new EndedAtOnce(image, facts.exitCode);
  return new CordonError(
    'conflict',
    l10n.t('The container was stopped or removed while it was being started. Try again.'),
  );
}
