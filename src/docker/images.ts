import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../shared/errors.ts';
import type { EngineImages, ImageFacts, LocalImage, PullOptions } from '../workspaces/engineImages.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, refusalStatus } from './engineErrors.ts';
import { jsonLines } from './jsonLines.ts';
import { PullProgress, pullFailure } from './pullProgress.ts';

const inspected = z.object({
  Id: z.string(),
  Os: z._default(z.nullish(z.string()), ''),
  Config: z.nullish(
    z.object({ User: z.nullish(z.string()), Volumes: z.nullish(z.record(z.string(), z.unknown())) }),
  ),
});
const listEntry = z.object({
  Id: z.string(),
  RepoTags: z.nullish(z.array(z.string())),
  Size: z.number(),
  Created: z.number(),
});

/** The images of one engine. */
export class Images implements EngineImages {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async inspectImage(reference: string): Promise<ImageFacts | undefined> {
    try {
      const answer = await this.api.json({ method: 'GET', path: ['images', reference, 'json'] });
      const parsed = inspected.safeParse(answer);
      if (!parsed.success) throw answerNotUnderstood('image', parsed.error);
      const { Id, Os, Config } = parsed.data;
      return {
        id: Id,
        reference,
        volumes: Object.keys(Config?.Volumes ?? {}),
        user: Config?.User ?? '',
        operatingSystem: Os ?? '',
      };
    } catch (error) {
      // 400 is what engines say to a word that cannot be the name of an image.
      const status = refusalStatus(error);
      if (status === 404 || status === 400) return undefined;
      throw error;
    }
  }

  async listImages(): Promise<readonly LocalImage[]> {
    const answer = await this.api.json({ method: 'GET', path: ['images', 'json'] });
    if (!Array.isArray(answer)) throw answerNotUnderstood('images');
    return answer.flatMap((entry: unknown) => {
      const image = listEntry.safeParse(entry).data;
      return (image?.RepoTags ?? [])
        .filter((reference) => !reference.startsWith('<none>'))
        .map((reference) => ({
          id: image?.Id ?? '',
          reference,
          sizeBytes: image?.Size ?? 0,
          createdAt: new Date(Math.min((image?.Created ?? 0) * 1000, 8.64e15)).toISOString(),
        }));
    });
  }

  async pullImage(reference: string, options: PullOptions): Promise<ImageFacts> {
    await this.pull(reference, options);
    const facts = await this.inspectImage(reference);
    if (facts) return facts;
    throw new CordonError('imageNotFound', l10n.t('The engine does not have the image “{0}”.', reference));
  }

  private async pull(reference: string, options: PullOptions): Promise<void> {
    const { signal } = options;
    const progress = new PullProgress(reference, options);
    try {
      const answer = await this.api.stream({
        method: 'POST',
        path: ['images', 'create'],
        query: nameAndTag(reference),
        // Nothing comes while the registry is silent: the person who waits has the word.
        timeoutMs: 0,
        signal,
        about: { image: reference },
      });
      for await (const line of jsonLines(answer)) progress.take(line);
    } catch (error) {
      if (signal.aborted) throw new CordonError('cancelled', l10n.t('The pull was cancelled.'), error);
      throw pullFailure(reference, error);
    }
  }
}

/** Without a tag an engine would pull every tag of the image. */
function nameAndTag(reference: string): Record<string, string> {
  if (reference.includes('@')) return { fromImage: reference };
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? { fromImage: reference.slice(0, colon), tag: reference.slice(colon + 1) || 'latest' }
    : { fromImage: reference, tag: 'latest' };
}
