import * as l10n from '@vscode/l10n';
import type { FolderView } from '../isolation/containerSpec.ts';
import { shownOptions, viewVolumeName, type ViewPlaces } from '../isolation/folderView.ts';
import type { UserId } from '../isolation/workspaceUser.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import type { EngineViews, OpenedView, OpenLayer } from '../workspaces/engineViews.ts';
import type { Belongings } from './belongings.ts';
import { pathExists } from './containerFiles.ts';
import { viewMount } from './containerOptions.ts';
import type { EngineApi } from './engineApi.ts';
import { unlessGone } from './engineErrors.ts';
import { kernelAtLeast, type EngineFacts } from './engineFacts.ts';
import { idleTarget, type IdleContainers } from './idleContainers.ts';
import { whileOpen, withVolume } from './openVolume.ts';
import { emptyFilesArchive } from './tarArchive.ts';
import type { Volumes } from './volumes.ts';

/** What unpacks much takes long. */
const slowMs = 600_000;

/**
 * What only the engine can do with views, by containers that are never started. Each carries an id of its own: one that
 * is left behind is a container of no workspace, which a reconcile removes.
 */
export class ViewHelpers implements EngineViews {
  private readonly api: EngineApi;
  private readonly volumes: Pick<Volumes, 'createVolume' | 'createViewVolume' | 'inspectVolume'>;
  private readonly idle: Pick<IdleContainers, 'use'>;
  private readonly belongings: Pick<Belongings, 'neverStarted'>;
  private readonly kernel: EngineFacts['kernel'];

  constructor(
    api: EngineApi,
    volumes: Pick<Volumes, 'createVolume' | 'createViewVolume' | 'inspectVolume'>,
    idle: Pick<IdleContainers, 'use'>,
    belongings: Pick<Belongings, 'neverStarted'>,
    { kernel }: Pick<EngineFacts, 'kernel'>,
  ) {
    this.kernel = kernel;
    this.api = api;
    this.volumes = volumes;
    this.idle = idle;
    this.belongings = belongings;
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

  /** Whatever is done to the view through the mount of it that the workspace has, the workspace sees. */
  async withView<T>(workspaceId: string, image: string, work: (view: OpenedView) => Promise<T>): Promise<T> {
    const volume = viewVolumeName(workspaceId);
    const found = await this.volumes.inspectVolume(volume);
    if (found?.workspaceId !== workspaceId) throw viewGone();
    const mergesNewFolders = kernelAtLeast(this.kernel, 5, 15);
    const { api, idle } = this;
    return await withVolume({ api, idle }, { volume, image }, (opened) =>
      work({ ...opened, mergesNewFolders }),
    );
  }

  /** An engine that unpacks something in a container answers nothing else about that one until it is through. */
  async untilViewRests(workspaceId: string): Promise<void> {
    for (const id of await this.belongings.neverStarted(viewVolumeName(workspaceId)))
      await this.api
        .json({ method: 'GET', path: ['containers', id, 'json'], timeoutMs: slowMs })
        .catch(unlessGone);
  }

  /** The kernel has the layer a second time for that, in an overlay of lower layers only. */
  async withLayer<T>(layer: string, image: string, work: (layer: OpenLayer) => Promise<T>): Promise<T> {
    return await this.idle.use(async ({ id, labels, create }) => {
      const volumeOf = (name: string) => `cordon-view-${id}-${name}`;
      const mountOf = (name: string, target = `${idleTarget}/${name}`) =>
        viewMount({ volume: volumeOf(name), target });
      const below = await this.volumes.createVolume(volumeOf('below'), { labels });
      await this.volumes.createVolume(volumeOf('place'), { labels });
      await this.volumes.createVolume(volumeOf('shown'), { labels, options: shownOptions([layer, below]) });
      // By one each: an overlay is not to be mounted while anything is done to what it is made of.
      const forBelow = await create(image, mountOf('below', idleTarget));
      const forShown = await create(image, mountOf('place'), mountOf('shown'));
      return await whileOpen(this.api, forBelow, (underneath) =>
        whileOpen(this.api, forShown, ({ put, get, has }) =>
          work({ put, get, has, putBelow: underneath.put }),
        ),
      );
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
        timeoutMs: slowMs,
      });
    });
  }
}

function viewGone(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('The engine has no view of the folder for this workspace. Start the workspace once more.'),
  );
}
