import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { EngineVolumes, ManagedVolume } from '../workspaces/containerEngine.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, unlessGone } from './engineErrors.ts';
import { secondsOf } from './engineTime.ts';

const volumeList = z.object({ Volumes: z.nullish(z.array(z.unknown())) });
const listEntry = z.object({
  Name: z.string(),
  CreatedAt: z._default(z.nullish(z.string()), ''),
  Labels: z.nullish(z.record(z.string(), z.unknown())),
});

/** The volumes of one engine that carry our labels. */
export class Volumes implements EngineVolumes {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async listVolumes(workspaceId?: string): Promise<readonly ManagedVolume[]> {
    const own = workspaceId === undefined ? [] : [`${labels.workspaceId}=${workspaceId}`];
    const filters = { label: [`${labels.managed}=true`, ...own] };
    const answer = volumeList.safeParse(
      await this.api.json({ method: 'GET', path: ['volumes'], query: { filters } }),
    );
    if (!answer.success) throw answerNotUnderstood('volumes', answer.error);
    return (answer.data.Volumes ?? []).flatMap((entry) => {
      const { Name, CreatedAt, Labels } = listEntry.safeParse(entry).data ?? {};
      const id = Labels?.[labels.workspaceId];
      // What an engine that passes over the filter lists, too, is somebody else's.
      if (Labels?.[labels.managed] !== 'true') return [];
      if (Name === undefined || typeof id !== 'string' || id === '') return [];
      return { name: Name, workspaceId: id, createdAtSeconds: secondsOf(CreatedAt ?? '') };
    });
  }

  async removeVolume(name: string): Promise<void> {
    await this.api
      .json({ method: 'DELETE', path: ['volumes', name], query: { force: true } })
      .catch(unlessGone);
  }
}
