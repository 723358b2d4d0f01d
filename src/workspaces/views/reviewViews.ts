import * as l10n from '@vscode/l10n';
import type { FolderProtection, ViewVolumeSpec } from '../../isolation/containerSpec.ts';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { Commission } from '../containerPlans.ts';
import type { ImageFacts } from '../engineImages.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';
import type { ClearAsRoot, ViewFiles } from './viewFiles.ts';

/** What of an engine removes what a container left behind as root. */
export type CleaningEngine = Pick<ContainerEngine, 'inspectImage' | 'listImages' | 'replaceByFiles'>;

/** The views on which workspaces in review mode work: their files on this machine, and their volumes in the engine. */
export class ReviewViews {
  private readonly files: ViewFiles;
  private readonly volumeOf: (commission: Commission, image: ImageFacts) => ViewVolumeSpec | undefined;
  /** Engines that mounted a view, by where they listen. */
  private readonly able = new Set<string>();

  constructor(
    files: ViewFiles,
    volumeOf: (commission: Commission, image: ImageFacts) => ViewVolumeSpec | undefined,
  ) {
    this.files = files;
    this.volumeOf = volumeOf;
  }

  /** Makes what the container of a workspace in review mode mounts. Rejects with `engineUnsupported` where the engine cannot. */
  async prepare(commission: Commission, image: ImageFacts): Promise<void> {
    const { engine, operation } = commission;
    const spec = this.volumeOf(commission, image);
    if (!spec) return;
    await this.requireAble(engine, image);
    operation.check();
    await this.prepareFiles(commission);
    await engine.createViewVolume(spec);
    operation.check();
  }

  /** The part of it that is on this machine; only for a view that is not mounted. */
  async prepareFiles({ record, folder }: Commission): Promise<void> {
    if (record.mount === 'review') await this.files.prepare(record.id, folder);
  }

  /** What the view does not show any more needs no protection, and cannot have any. */
  async protection(record: WorkspaceRecord, wanted: FolderProtection): Promise<FolderProtection> {
    if (record.mount !== 'review') return wanted;
    return { ...wanted, masked: await this.files.shown(record.id, wanted.masked) };
  }

  /** Removes what is kept of a workspace on this machine. The engine is asked for only where it is needed. */
  async remove(
    { id, image }: Pick<WorkspaceRecord, 'id' | 'image'>,
    engine: () => Promise<CleaningEngine>,
  ): Promise<void> {
    await this.files.remove(id, async (...request) => {
      await clearing(await engine(), image)(...request);
    });
  }

  /** Removes what is kept of workspaces that were deleted while somebody still worked with them. */
  async removeOfDeleted(engine: CleaningEngine, wasDeleted: (workspaceId: string) => boolean): Promise<void> {
    for (const id of (await this.files.list()).filter(wasDeleted))
      await this.files.remove(id, clearing(engine, undefined));
  }

  /** It is tried: an engine in a virtual machine or elsewhere sees other files, and not every disk can hold a view. */
  private async requireAble(engine: ContainerEngine, image: ImageFacts): Promise<void> {
    const { endpoint } = engine.info;
    if (this.able.has(endpoint)) return;
    const trial = await this.files.prepareTrial();
    try {
      if (!(await engine.canMountView(trial.places, trial.entry, image.id))) throw notAble();
      this.able.add(endpoint);
    } finally {
      await trial.dispose(clearing(engine, image.id));
    }
  }
}

/** Has an engine clear what only root can. Any image of it will do, for nothing of it runs. */
export function clearing(engine: CleaningEngine, likely: string | undefined): ClearAsRoot {
  return async (folder, names, owner) => {
    const known = likely === undefined ? undefined : await engine.inspectImage(likely);
    const image = known?.id ?? (await engine.listImages())[0]?.id;
    if (image === undefined)
      throw new CordonError(
        'imageNotFound',
        l10n.t(
          'What the workspace wrote as root can be removed only with the help of an image, and the engine has none. Pull any image, then try again.',
        ),
      );
    await engine.replaceByFiles({ folder, names, owner, image });
  };
}

function notAble(): CordonError {
  return new CordonError(
    'engineUnsupported',
    l10n.t(
      'The mount mode "review" needs an engine on this machine that can mount an overlay of its files, and this one cannot. Choose another mount mode, or another engine.',
    ),
  );
}
