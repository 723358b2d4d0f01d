import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { Containers } from './containers.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood } from './engineErrors.ts';
import type { Networks } from './networks.ts';
import type { Volumes } from './volumes.ts';

const labelled = z.array(z.object({ Id: z.string(), Labels: z.nullish(z.record(z.string(), z.unknown())) }));

interface Kinds {
  readonly containers: Pick<Containers, 'removeContainer'>;
  readonly networks: Pick<Networks, 'removeNetwork'>;
  readonly volumes: Pick<Volumes, 'listVolumes' | 'removeVolume'>;
}

/** What belongs to one workspace in one engine, of whatever kind it is. */
export class Belongings implements Pick<ContainerEngine, 'removeEverythingOf'> {
  private readonly api: EngineApi;
  private readonly kinds: Kinds;

  constructor(api: EngineApi, kinds: Kinds) {
    this.api = api;
    this.kinds = kinds;
  }

  async removeEverythingOf(workspaceId: string): Promise<void> {
    const { containers, networks, volumes } = this.kinds;
    // What uses a thing goes before the thing.
    await forEach(await this.idsOf(workspaceId, ['containers', 'json'], { all: true }), (id) =>
      containers.removeContainer(id),
    );
    await forEach(await this.idsOf(workspaceId, ['networks']), (id) => networks.removeNetwork(id));
    const own = (await volumes.listVolumes(workspaceId)).filter(
      (volume) => volume.workspaceId === workspaceId,
    );
    await forEach(own, ({ name }) => volumes.removeVolume(name));
  }

  /** By the labels of each: what an engine that passes over the filter lists, too, is somebody else's. */
  private async idsOf(workspaceId: string, path: readonly string[], query: object = {}): Promise<string[]> {
    const filters = { label: [`${labels.managed}=true`, `${labels.workspaceId}=${workspaceId}`] };
    const answer = labelled.safeParse(
      await this.api.json({ method: 'GET', path, query: { ...query, filters } }),
    );
    if (!answer.success) throw answerNotUnderstood(path.join('/'), answer.error);
    return answer.data
      .filter(
        ({ Labels }) => Labels?.[labels.managed] === 'true' && Labels[labels.workspaceId] === workspaceId,
      )
      .map(({ Id }) => Id);
  }
}

/** Tries all of them, and only then fails with the first failure. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(work));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}
