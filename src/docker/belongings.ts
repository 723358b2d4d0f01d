import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { Containers } from './containers.ts';
import type { EngineApi } from './engineApi.ts';
import type { Networks } from './networks.ts';
import type { Volumes } from './volumes.ts';

const idList = z.array(z.object({ Id: z.string() }));

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
    const filters = { label: [`${labels.managed}=true`, `${labels.workspaceId}=${workspaceId}`] };
    // What uses a thing goes before the thing.
    await forEach(await this.ids(['containers', 'json'], { all: true, filters }), (id) =>
      containers.removeContainer(id),
    );
    await forEach(await this.ids(['networks'], { filters }), (id) => networks.removeNetwork(id));
    await forEach(await volumes.listVolumes(workspaceId), ({ name }) => volumes.removeVolume(name));
  }

  private async ids(path: readonly string[], query: Record<string, unknown>): Promise<string[]> {
    return idList.parse(await this.api.json({ method: 'GET', path, query })).map(({ Id }) => Id);
  }
}

/** Tries all of them, and only then fails with the first failure. */
async function forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(items.map(work));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
}
