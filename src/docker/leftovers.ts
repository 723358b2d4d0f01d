import * as z from 'zod/mini';
import * as l10n from '@vscode/l10n';
import { labels } from '../isolation/labels.ts';
import { CordonError } from '../shared/errors.ts';
import type { EngineLeftovers, OwnImage } from '../workspaces/engineLeftovers.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, unlessGone } from './engineErrors.ts';

const labelled = z.nullish(z.record(z.string(), z.unknown()));
const volume = z.object({ Labels: labelled });
const volumeList = z.object({ Volumes: z.nullish(z.array(z.unknown())) });
const volumeUsage = z.object({
  Name: z.string(),
  UsageData: z.nullish(z.object({ Size: z.number() })),
});
const imageEntry = z.object({
  Id: z.string(),
  RepoTags: z.nullish(z.array(z.string())),
  Size: z.number(),
  Created: z.number(),
});
const containerEntry = z.object({ ImageID: z.string() });
const image = z.object({ Config: z.nullish(z.object({ Labels: labelled })) });

const managed = { label: [`${labels.managed}=true`] };
/** An engine walks through all of its volumes to measure them. */
const measureMs = 60_000;

/** What of Cordon's is left over in one engine. Nothing without our labels is listed, and each is looked at again before it goes. */
export class Leftovers implements EngineLeftovers {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async volumeSizes(): Promise<ReadonlyMap<string, number>> {
    const answer = await this.api.json({
      method: 'GET',
      path: ['system', 'df'],
      query: { type: 'volume' },
      timeoutMs: measureMs,
    });
    const entries = volumeList.safeParse(answer).data?.Volumes ?? [];
    return new Map(
      entries.flatMap((entry) => {
        const { Name = '', UsageData } = volumeUsage.safeParse(entry).data ?? {};
        // -1 stands for a size that the engine cannot tell.
        return UsageData && UsageData.Size >= 0 ? [[Name, UsageData.Size] as const] : [];
      }),
    );
  }

  async removeVolume(name: string): Promise<void> {
    const answer = await this.get(['volumes', name]).catch(unlessGone);
    if (answer === undefined) return;
    requireOurs(volume.safeParse(answer).data?.Labels, name);
    await this.api.json({ method: 'DELETE', path: ['volumes', name] }).catch(unlessGone);
  }

  async listOwnImages(): Promise<readonly OwnImage[]> {
    const [images, containers] = await Promise.all([
      this.get(['images', 'json'], { filters: managed }),
      this.get(['containers', 'json'], { all: true }),
    ]);
    if (!Array.isArray(images) || !Array.isArray(containers)) throw answerNotUnderstood('images');
    const used = new Set(
      containers.map((entry: unknown) => {
        const parsed = containerEntry.safeParse(entry);
        if (!parsed.success) throw answerNotUnderstood('containers', parsed.error);
        return parsed.data.ImageID;
      }),
    );
    return images.flatMap((entry: unknown) => {
      const found = imageEntry.safeParse(entry).data;
      if (!found) return [];
      return [
        {
          id: found.Id,
          references: (found.RepoTags ?? []).filter((reference) => !reference.startsWith('<none>')),
          sizeBytes: found.Size,
          createdAtSeconds: found.Created,
          isUsed: used.has(found.Id),
        },
      ];
    });
  }

  async removeImage(id: string): Promise<void> {
    const answer = await this.get(['images', id, 'json']).catch(unlessGone);
    if (answer === undefined) return;
    requireOurs(image.safeParse(answer).data?.Config?.Labels, id);
    // Parents without a name may be somebody else's.
    await this.api
      .json({ method: 'DELETE', path: ['images', id], query: { noprune: true } })
      .catch(unlessGone);
  }

  private get(path: readonly string[], query: Record<string, unknown> = {}): Promise<unknown> {
    return this.api.json({ method: 'GET', path, query });
  }
}

function isOurs(found: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return found?.[labels.managed] === 'true';
}

function requireOurs(found: Readonly<Record<string, unknown>> | null | undefined, name: string): void {
  if (isOurs(found)) return;
  throw new CordonError('conflict', l10n.t('"{0}" is not Cordon’s, and stays.', name.slice(0, 100)));
}
