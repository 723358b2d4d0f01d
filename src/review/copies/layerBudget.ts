import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';

/** How much of a layer is mirrored at most. */
export interface LayerLimits {
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}

/** What no layer that a person reviews comes near. */
export const usualLimits: LayerLimits = {
  fileBytes: 4 * 2 ** 30,
  totalBytes: 16 * 2 ** 30,
  entries: 250_000,
};

/** Counts what is mirrored of a layer, and rejects with `invalidRequest` what is more than a person could review. */
export class LayerBudget {
  private readonly limits: LayerLimits;
  private entries = 0;
  private bytes = 0;

  constructor(limits: LayerLimits) {
    this.limits = limits;
  }

  takeEntry(path: string, bytes: number): void {
    this.entries += 1;
    if (this.entries > this.limits.entries) throw tooMuch();
    this.takeBytes(path, bytes);
  }

  takeBytes(path: string, bytes: number): void {
    if (bytes > this.limits.fileBytes) throw tooLarge(path);
    this.bytes += bytes;
    if (this.bytes > this.limits.totalBytes) throw tooMuch();
  }
}

function tooLarge(path: string): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      'The workspace has a file at {0} that is too large to be reviewed. Have it removed there, then try again.',
      JSON.stringify(path.slice(0, 200)),
    ),
  );
}

function tooMuch(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      'The workspace has changed more than can be reviewed. Have it remove what it does not need, then try again.',
    ),
  );
}
