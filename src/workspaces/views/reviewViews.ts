import * as l10n from '@vscode/l10n';
import type { FolderProtection, ViewVolumeSpec } from '../../isolation/containerSpec.ts';
import { allEnded } from '../../shared/allEnded.ts';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { Commission } from '../containerPlans.ts';
import type { ImageFacts } from '../engineImages.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';
import type { CopyingEngine } from './viewCopies.ts';
import type { ClearAsRoot, ViewFiles } from './viewFiles.ts';

/** What of an engine removes what a container left behind as root. */
export type CleaningEngine = Pick<
  ContainerEngine,
  'inspectImage' | 'listImages' | 'replaceByFiles' | 'closeCopy' | 'listCopies' | 'removeCopy'
>;

/** Whoever is held still waits no longer for what it has written to be got from the engine. */
const longestPullMs = 60_000;

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
  async prepare(commission: Commission, image: ImageFacts, hidden: readonly string[]): Promise<void> {
    const { engine, operation, record } = commission;
    if (record.mount !== 'review') return;
    const needsCopy = this.files.copies.has(record.id) || !(await this.seesFolders(engine, image));
    operation.check();
    if (needsCopy && (await this.files.isUsedHere(record.id))) throw keptHere();
    await this.files.prepare(record.id, commission.folder);
    if (!needsCopy) {
      await this.files.useHere(record.id);
      if (await this.files.isToSettle(record.id)) await this.files.settle(record.id);
    } else await this.files.copies.bring({ ...commission, image: image.id, hidden });
    operation.check();
    const spec = this.volumeOf(commission, image);
    if (spec) await engine.createViewVolume(spec);
    operation.check();
  }

  /** Brings it up to date where the container is there. One that runs is stopped for it, where that changes the view. */
  async prepareFiles(commission: Commission, hidden: readonly string[], containerId: string): Promise<void> {
    const { engine, record, folder } = commission;
    if (record.mount !== 'review') return;
    await this.files.prepare(record.id, folder);
    const { copies } = this.files;
    const helper = () => helperImage(engine, record.image);
    if (!copies.has(record.id)) {
      await copies.requireNone(record.id, engine, helper);
      if (!(await this.files.isToSettle(record.id))) return;
      await engine.stopContainer(containerId);
      await this.files.settle(record.id);
      return;
    }
    await engine.stopContainer(containerId);
    const image = await helper();
    await copies.bring({ ...commission, image, hidden });
  }

  /** What the view does not show any more needs no protection, and cannot have any; a copy has nothing that is hidden. */
  async protection(record: WorkspaceRecord, wanted: FolderProtection): Promise<FolderProtection> {
    if (record.mount !== 'review') return wanted;
    if (this.files.copies.has(record.id)) return { ...wanted, masked: [] };
    return { ...wanted, masked: await this.files.shown(record.id, wanted.masked) };
  }

  /**
   * Ends what a killed process left half brought into the view of a workspace that stands still ever since. Rejects with
   * `conflict` where somebody is at the view.
   */
  async endBringing(
    engine: CopyingEngine & Pick<ContainerEngine, 'inspectImage' | 'listImages' | 'untilViewRests'>,
    { id, image: likely, updatedAt }: WorkspaceRecord,
  ): Promise<void> {
    if (!(await this.files.wasBringing(id))) return;
    const signal = AbortSignal.timeout(longestPullMs);
    const image = await helperImage(engine, likely);
    await engine.untilViewRests(id);
    await this.files.endBringing(id, { engine, image, signal }, updatedAt);
  }

  /** Has nobody end that: the workspace goes on, or may have. */
  async forgetBringing(workspaceId: string): Promise<void> {
    await this.files.forgetBringing(workspaceId);
  }

  /** Removes what is kept of a workspace on this machine. The engine is asked for only where it is needed. */
  async remove(
    { id, image }: Pick<WorkspaceRecord, 'id' | 'image'>,
    engine: () => Promise<CleaningEngine>,
  ): Promise<void> {
    if (this.files.copies.has(id)) await this.files.copies.remove(id, await engine());
    await this.files.remove(id, async (...request) => {
      await clearing(await engine(), image)(...request);
    });
  }

  /**
   * Removes what is kept of workspaces that were deleted while somebody still worked with them, and what killed processes
   * left; gives whether there is something that is too young for that. What fails keeps nothing else from being removed.
   */
  async removeLeft(engine: CleaningEngine, wasDeleted: (workspaceId: string) => boolean): Promise<boolean> {
    const { copies } = this.files;
    const kept = (await this.files.list()).filter(wasDeleted);
    const isYoung = await allEnded([
      ...(await engine.listCopies()).map(async (id) => await copies.closeLeft(id, engine)),
      ...kept.map(async (id) => {
        if (copies.has(id)) await copies.remove(id, engine);
        await this.files.remove(id, clearing(engine, undefined));
        return false;
      }),
      this.files.removeTrials(clearing(engine, undefined)).then(() => false),
    ]);
    return isYoung.some(Boolean);
  }

  /** It is tried: an engine in a virtual machine or elsewhere sees other files, and not every disk can hold a view. */
  private async seesFolders(engine: ContainerEngine, image: ImageFacts): Promise<boolean> {
    if (!this.files.readsOverlays) return false;
    const { endpoint } = engine.info;
    if (this.able.has(endpoint)) return true;
    const trial = await this.files.prepareTrial();
    try {
      const isAble = await engine.canMountView(trial.places, trial.entry, image.id);
      if (isAble) this.able.add(endpoint);
      return isAble;
    } finally {
      await trial.dispose(clearing(engine, image.id));
    }
  }
}

/** Has an engine clear what only root can. Any image of it will do, for nothing of it runs. */
export function clearing(engine: CleaningEngine, likely: string | undefined): ClearAsRoot {
  return async (folder, names, owner) => {
    const image = await helperImage(engine, likely);
    await engine.replaceByFiles({ folder, names, owner, image });
  };
}

/** An image of which a container can be made that never runs: this one, or any other that the engine has. */
export async function helperImage(
  engine: Pick<ContainerEngine, 'inspectImage' | 'listImages'>,
  likely: string | undefined,
): Promise<string> {
  const known = likely === undefined ? undefined : await engine.inspectImage(likely);
  const image = known?.id ?? (await engine.listImages())[0]?.id;
  if (image !== undefined) return image;
  throw new CordonError(
    'imageNotFound',
    l10n.t(
      'The files of a workspace can be got at only with the help of an image, and the engine has none. Pull any image, then try again.',
    ),
  );
}

/** The error of an engine that mounts no overlay, neither of this machine’s files nor of its own. */
export function notAble(): CordonError {
  return new CordonError(
    'engineUnsupported',
    l10n.t(
      'The mount mode "review" needs an engine that can mount an overlay, and this one cannot. Choose another mount mode, or another engine.',
    ),
  );
}

function keptHere(): CordonError {
  return new CordonError(
    'engineUnsupported',
    l10n.t(
      'What the workspace has written is kept on this machine, and the engine does not see it. Choose the engine that it was used with, or make another workspace.',
    ),
  );
}
