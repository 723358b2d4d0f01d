import type { FolderView } from '../isolation/containerSpec.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import type { UserId } from '../isolation/workspaceUser.ts';
import { hasCode } from '../shared/errors.ts';
import { pathExists } from './containerFiles.ts';
import { viewMount } from './containerOptions.ts';
import type { EngineApi } from './engineApi.ts';
import { idleTarget, type IdleContainers } from './idleContainers.ts';
import { emptyFilesArchive } from './tarArchive.ts';
import type { Volumes } from './volumes.ts';

/**
 * What only the engine can do with views, by containers that are never started. Each carries an id of its own: one that
 * is left behind is a container of no workspace, which a reconcile removes.
 */
export class ViewHelpers {
  private readonly api: EngineApi;
  private readonly volumes: Pick<Volumes, 'createViewVolume'>;
  private readonly idle: Pick<IdleContainers, 'use'>;

  constructor(api: EngineApi, volumes: Pick<Volumes, 'createViewVolume'>, idle: Pick<IdleContainers, 'use'>) {
    this.api = api;
    this.volumes = volumes;
    this.idle = idle;
  }

  /** An engine mounts the volumes of a container that does not run when it is asked for a file of it. */
  async canMountView(places: ViewPlaces, entry: string, image: string): Promise<boolean> {
    return await this.idle.use(async ({ id, labels, create }) => {
      const view: FolderView = {
        ...places,
        folder: places.lower,
        volume: `cordon-view-${id}`,
        target: idleTarget,
      };
      await this.volumes.createViewVolume({ view, labels });
      const containerId = await create(image, viewMount(view));
      try {
        return await pathExists(this.api, containerId, `${idleTarget}/${entry}`);
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
    await this.idle.use(async ({ create }) => {
      const containerId = await create(image, {
        Type: 'bind',
        Source: folder,
        Target: idleTarget,
        BindOptions: { Propagation: 'rprivate' },
      });
      await this.api.json({
        method: 'PUT',
        path: ['containers', containerId, 'archive'],
        query: { path: idleTarget },
        archive: emptyFilesArchive(names, owner),
        timeoutMs: 600_000,
      });
    });
  }
}
