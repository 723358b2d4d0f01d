import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { FolderView } from '../isolation/containerSpec.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import { labels } from '../isolation/labels.ts';
import type { UserId } from '../isolation/workspaceUser.ts';
import { hasCode } from '../shared/errors.ts';
import type { Belongings } from './belongings.ts';
import { pathExists } from './containerFiles.ts';
import { viewMount } from './containerOptions.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood } from './engineErrors.ts';
import { emptyFilesArchive } from './tarArchive.ts';
import type { Volumes } from './volumes.ts';

const created = z.object({ Id: z.string() });
const target = '/cordon-view';

/**
 * What only the engine can do with views, by containers that are made, used and removed again without ever being
 * started. Each carries an id of its own: one that is left behind is a container of no workspace, which a reconcile removes.
 */
export class ViewHelpers {
  private readonly api: EngineApi;
  private readonly volumes: Pick<Volumes, 'createViewVolume'>;
  private readonly belongings: Pick<Belongings, 'removeEverythingOf'>;

  constructor(
    api: EngineApi,
    volumes: Pick<Volumes, 'createViewVolume'>,
    belongings: Pick<Belongings, 'removeEverythingOf'>,
  ) {
    this.api = api;
    this.volumes = volumes;
    this.belongings = belongings;
  }

  /** An engine mounts the volumes of a container that does not run when it is asked for a file of it. */
  async canMountView(places: ViewPlaces, entry: string, image: string): Promise<boolean> {
    return await this.withId(async (id, own) => {
      const view: FolderView = { ...places, folder: places.lower, volume: `cordon-view-${id}`, target };
      await this.volumes.createViewVolume({ view, labels: own });
      const containerId = await this.create(id, image, own, viewMount(view));
      try {
        return await pathExists(this.api, containerId, `${target}/${entry}`);
      } catch (error) {
        if (hasCode(error, 'engineFailed') || hasCode(error, 'invalidRequest')) return false;
        throw error;
      }
    });
  }

  /** An engine that unpacks a file where something else is removes that first, as root. */
  async replaceByFiles({
    folder,
    names,
    owner,
    image,
  }: {
    readonly folder: string;
    readonly names: readonly string[];
    readonly owner: UserId;
    readonly image: string;
  }): Promise<void> {
    await this.withId(async (id, own) => {
      const containerId = await this.create(id, image, own, {
        Type: 'bind',
        Source: folder,
        Target: target,
        BindOptions: { Propagation: 'rprivate' },
      });
      await this.api.json({
        method: 'PUT',
        path: ['containers', containerId, 'archive'],
        query: { path: target },
        archive: emptyFilesArchive(names, owner),
        timeoutMs: 600_000,
      });
    });
  }

  private async withId<T>(work: (id: string, own: Record<string, string>) => Promise<T>): Promise<T> {
    const id = randomBytes(16).toString('hex');
    try {
      return await work(id, {
        [labels.managed]: 'true',
        [labels.workspaceId]: id,
        [labels.workspaceName]: 'view',
        [labels.schema]: '1',
      });
    } finally {
      await this.belongings.removeEverythingOf(id);
    }
  }

  private async create(
    id: string,
    image: string,
    own: Record<string, string>,
    mount: object,
  ): Promise<string> {
    const answer = await this.api.json({
      method: 'POST',
      path: ['containers', 'create'],
      query: { name: `cordon-view-${id.slice(0, 8)}` },
      body: {
        Image: image,
        Labels: own,
        Entrypoint: ['/nothing'],
        Cmd: [],
        HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], Mounts: [mount] },
      },
      timeoutMs: 60_000,
      about: { image },
    });
    const parsed = created.safeParse(answer);
    if (!parsed.success) throw answerNotUnderstood('containers/create', parsed.error);
    return parsed.data.Id;
  }
}
