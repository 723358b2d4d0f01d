import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../shared/errors.ts';
import type { PullOptions } from '../workspaces/engineImages.ts';
import { EngineRefusal, refusalError, refusalText, shortText } from './engineErrors.ts';

const pullLine = z.object({
  status: z.optional(z.string()),
  id: z.optional(z.string()),
  error: z.optional(z.string()),
  progressDetail: z.optional(z.object({ current: z.optional(z.number()), total: z.optional(z.number()) })),
});

interface Layer {
  totalBytes: number;
  downloadedBytes: number;
  extractedBytes: number;
  isComplete: boolean;
}

/** Adds up what an engine tells about the layers of a pull. */
export class PullProgress {
  private readonly layers = new Map<string, Layer>();
  private readonly reference: string;
  private readonly listener: Pick<PullOptions, 'onProgress'>;

  constructor(reference: string, listener: Pick<PullOptions, 'onProgress'>) {
    this.reference = reference;
    this.listener = listener;
  }

  /** Takes one line of the engine. Throws when the line says that the pull failed. */
  take(line: unknown): void {
    const parsed = pullLine.safeParse(line).data;
    if (!parsed) return;
    if (parsed.error !== undefined) {
      throw refusalError(new EngineRefusal(500, parsed.error), { image: this.reference });
    }
    if (parsed.id === undefined || !this.updateLayer(parsed.id, parsed)) return;
    const layers = [...this.layers.values()];
    const complete = layers.filter((layer) => layer.isComplete).length;
    this.listener.onProgress(
      l10n.t('Pulling {0}: {1} of {2} layers', this.reference, complete, layers.length),
      fractionOf(layers),
    );
  }

  private updateLayer(id: string, { status = '', progressDetail }: z.infer<typeof pullLine>): boolean {
    const known = this.layers.get(id);
    // The first line of a pull carries the tag where layers have their id.
    if (!known && !/^(Pulling fs layer|Already exists|Waiting|Downloading)/.test(status)) return false;
    const layer = known ?? { totalBytes: 0, downloadedBytes: 0, extractedBytes: 0, isComplete: false };
    this.layers.set(id, layer);
    const { current = 0, total = 0 } = progressDetail ?? {};
    layer.totalBytes = Math.max(layer.totalBytes, total);
    if (status === 'Downloading') layer.downloadedBytes = current;
    else if (status === 'Download complete') layer.downloadedBytes = layer.totalBytes;
    else if (status === 'Extracting') layer.extractedBytes = current;
    layer.isComplete = status === 'Pull complete' || status === 'Already exists';
    return true;
  }
}

/** Downloading is one half of a layer's work and extracting the other. */
function fractionOf(layers: readonly Layer[]): number | undefined {
  const total = layers.reduce((sum, layer) => sum + 2 * layer.totalBytes, 0);
  if (total === 0) return undefined;
  const done = layers.reduce(
    (sum, layer) =>
      sum + (layer.isComplete ? 2 * layer.totalBytes : layer.downloadedBytes + layer.extractedBytes),
    0,
  );
  return Math.min(1, done / total);
}

/** Why a pull failed, naming the image, in words that help to choose what to do. */
export function pullFailure(reference: string, error: unknown): CordonError {
  if (error instanceof CordonError && ['engineUnavailable', 'imageNotFound'].includes(error.code))
    return error;
  const image = shortText(reference);
  const reason = reasonOf(refusalText(error) || (error instanceof Error ? error.message : String(error)));
  return new CordonError(
    'imagePullFailed',
    l10n.t('The image “{0}” could not be pulled: {1} You can choose a local image instead.', image, reason),
    error,
  );
}

function reasonOf(words: string): string {
  if (/unauthorized|access denied|authentication required|forbidden/i.test(words)) {
    return l10n.t('the registry does not know it or wants you to sign in.');
  }
  if (/no such host|server misbehaving|name resolution|lookup /i.test(words)) {
    return l10n.t('the name of its registry cannot be resolved; the engine may be offline.');
  }
  if (/connection refused/i.test(words)) return l10n.t('its registry refused the connection.');
  if (/i\/o timeout|deadline exceeded|Client\.Timeout|unreachable|timed out/i.test(words)) {
    return l10n.t('its registry cannot be reached; the engine may be offline.');
  }
  if (/x509|certificate|tls:/i.test(words)) return l10n.t('the certificate of its registry is not trusted.');
  if (/no space left/i.test(words)) return l10n.t('the engine has no disk space left.');
  if (/toomanyrequests|rate limit/i.test(words)) return l10n.t('its registry allows no more pulls for now.');
  if (/invalid reference format|invalid repository name|must be lowercase/i.test(words)) {
    return l10n.t('this is not a valid image name.');
  }
  return l10n.t('{0}.', shortText(words).replace(/\.$/, ''));
}
