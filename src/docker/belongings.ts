import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import { allEnded } from '../shared/allEnded.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { Containers } from './containers.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, refusalStatus } from './engineErrors.ts';
import type { Networks } from './networks.ts';
import type { Volumes } from './volumes.ts';

const labelled = z.array(
  z.object({
    Id: z.string(),
    Labels: z.nullish(z.record(z.string(), z.unknown())),
    State: z.optional(z.string()),
    Mounts: z.nullish(z.array(z.object({ Name: z.optional(z.string()) }))),
  }),
);

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
    const ofContainers = await this.idsOf(workspaceId, ['containers', 'json'], { all: true });
    await allEnded(ofContainers.map((id) => containers.removeContainer(id)));
    const ofNetworks = await this.idsOf(workspaceId, ['networks']);
    await allEnded(ofNetworks.map((id) => networks.removeNetwork(id)));
    const own = (await volumes.listVolumes(workspaceId)).filter(
      (volume) => volume.workspaceId === workspaceId,
    );
    await allEnded(own.map(({ name }) => this.removeVolume(name)));
  }

  /** An engine may carry out what a process asked for that was killed: a container that is made late keeps a volume. */
  private async removeVolume(name: string): Promise<void> {
    const { containers, volumes } = this.kinds;
    try {
      await volumes.removeVolume(name);
    } catch (error) {
      const keepers = refusalStatus(error) === 409 ? await this.neverStarted(name) : [];
      if (keepers.length === 0) throw error;
      await allEnded(keepers.map((id) => containers.removeContainer(id)));
      await volumes.removeVolume(name);
    }
  }

  /** Containers of ours that have a volume, and never ran. */
  async neverStarted(volume: string): Promise<readonly string[]> {
    const filters = { volume: [volume], status: ['created'], label: [`${labels.managed}=true`] };
    const listed = await this.list(['containers', 'json'], { all: true, filters });
    return listed
      .filter(({ Mounts }) => Mounts?.some(({ Name }) => Name === volume))
      .filter(({ Labels, State }) => Labels?.[labels.managed] === 'true' && State === 'created')
      .map(({ Id }) => Id);
  }

  /** By the labels of each: what an engine that passes over the filter lists, too, is somebody else's. */
  private async idsOf(workspaceId: string, path: readonly string[], query: object = {}): Promise<string[]> {
    const filters = { label: [`${labels.managed}=true`, `${labels.workspaceId}=${workspaceId}`] };
    return (await this.list(path, { ...query, filters }))
      .filter(
        ({ Labels }) => Labels?.[labels.managed] === 'true' && Labels[labels.workspaceId] === workspaceId,
      )
      .map(({ Id }) => Id);
  }

  private async list(path: readonly string[], query: object): Promise<z.output<typeof labelled>> {
    const answer = labelled.safeParse(await this.api.json({ method: 'GET', path, query: { ...query } }));
    if (!answer.success) throw answerNotUnderstood(path.join('/'), answer.error);
    return answer.data;
  }
}
