import * as l10n from '@vscode/l10n';
import { sameFolder, type CheckedFolder } from '../isolation/folderCheck.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { helperImage } from '../workspaces/views/reviewViews.ts';
import type { OperationOptions } from '../workspaces/workspace.ts';
import type { WorkspaceRecord } from '../workspaces/workspaceRecord.ts';
import { isDiskFull } from './fileErrors.ts';
import { fileIfAny } from './fileIfAny.ts';
import { keptLayer, openUpper } from './keptLayer.ts';
import { KnownPaths } from './knownPaths.ts';
import { noRoom } from './noRoom.ts';
import { NotTakenBack, type LeftBehind } from './notTakenBack.ts';
import { OpenFolder, withFolder } from './openFolder.ts';
import { isTakenAway } from './swapLayer.ts';
import { takeBackCutOff } from './takeBack.ts';
import type { ViewFolders } from './viewFolders.ts';
import { whileLocked } from './viewLock.ts';

/** A view and its folder, held open. */
export interface OpenView {
  /** Where what belongs to the view is kept. */
  readonly own: string;
  readonly upper: OpenFolder;
  readonly lower: OpenFolder;
  readonly known: KnownPaths;
}

type OpenLayers = Omit<OpenView, 'known'>;

/** What a view is of. */
export interface ViewGround {
  readonly engine: ContainerEngine;
  readonly folder: CheckedFolder;
  readonly record: WorkspaceRecord;
}

/** What is done with a view that nothing else changes meanwhile. */
export type ViewWork<T> = (view: OpenView, signal: AbortSignal, about: ViewGround) => Promise<T>;

/** Opens the views of workspaces in review mode, to look at them or to change them and their folder. */
export class OpenViews {
  private readonly ground: ReviewGround;
  private readonly folders: Pick<ViewFolders, 'folderOf' | 'copies'>;
  private readonly tellLeft: (left: LeftBehind) => void;

  /** `tellLeft` hears of what could not be taken back whoever asked for that, and whether they still wait. */
  constructor(
    ground: ReviewGround,
    folders: Pick<ViewFolders, 'folderOf' | 'copies'>,
    tellLeft: (left: LeftBehind) => void,
  ) {
    this.ground = ground;
    this.folders = folders;
    this.tellLeft = tellLeft;
  }

  /** Gives `undefined` for a workspace that never had a view. Rejects with `invalidRequest` for one in another mode. */
  async look<T>(
    id: string,
    work: (view: OpenView) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    const record = this.requireReview(id);
    await this.pull(record, signal);
    return await this.lookAgain(id, work);
  }

  /** The same, with what was seen the last time where the engine holds what the workspace has written. */
  async lookAgain<T>(id: string, work: (view: OpenView) => Promise<T>): Promise<T | undefined> {
    const folder = await this.ground.folder(this.requireReview(id));
    return await this.withView(id, folder, async (layers) => work(await withKnown(layers)));
  }

  /**
   * Runs `work`, which changes the folder or the view, while nothing else does, and after what was left half done is undone.
   * With `rewriting` it changes the layers of the view: all that was written is replaced, where that is whole.
   */
  async change<T>(
    id: string,
    title: string,
    options: OperationOptions,
    work: ViewWork<T>,
    rewriting?: { readonly isWhole: boolean },
  ): Promise<T | undefined> {
    const record = this.requireReview(id);
    return await this.ground.run(id, `${title} "${record.name}"`, options, async ({ signal }) => {
      const engine = await this.ground.engine(signal);
      const folder = await this.ground.folder(record);
      return await this.ground.whileStill(engine, folder.path, id, async () => {
        const change = () =>
          this.withView(id, folder, (layers) =>
            whileLocked(layers.own, this.ground, async () => {
              // Another window may have changed what is known until it let go of the lock.
              const view = await withKnown(layers);
              await takeBackCutOff(view);
              if (!sameFolder(folder, await this.ground.folder(record))) throw replaced();
              return await work(view, signal, { engine, folder, record });
            }),
          ).catch((error: unknown) => {
            if (error instanceof NotTakenBack) this.tellLeft({ workspaceId: id, error });
            throw isDiskFull(error) ? noRoom(error) : error;
          });
        const { copies } = this.folders;
        if (rewriting && copies.has(id)) {
          const image = await helperImage(engine, record.image);
          return await copies.rewrite(id, { engine, image, folder, signal, ...rewriting }, change);
        }
        await this.pull(record, signal);
        return await change();
      });
    });
  }

  requireReview(id: string): WorkspaceRecord {
    const record = this.ground.record(id);
    if (record.mount === 'review') return record;
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The workspace "{0}" is not in review mode: what it writes is in the folder at once.',
        record.name,
      ),
    );
  }

  /** What a workspace on a copy writes is in the engine: this machine gets it from there. */
  private async pull({ id, image }: WorkspaceRecord, signal = new AbortController().signal): Promise<void> {
    const { copies } = this.folders;
    if (!copies.has(id)) return;
    const engine = await this.ground.engine(signal);
    await copies.pull(id, { engine, image: await helperImage(engine, image), signal });
  }

  /** Gives `undefined` for a workspace that never had a view. */
  private async withView<T>(
    id: string,
    folder: CheckedFolder,
    work: (layers: OpenLayers) => Promise<T>,
  ): Promise<T | undefined> {
    const own = this.folders.folderOf(id);
    const layer = await keptLayer(own);
    if (!(await fileIfAny(layer.path))) {
      if (await isTakenAway(own)) throw takenAway();
      return undefined;
    }
    return await withFolder(OpenFolder.at(folder.path), (lower) => {
      const { dev, ino } = lower.stats;
      if (dev !== folder.device || ino !== folder.inode) throw replaced();
      return withFolder(openUpper(layer), (opened) => work({ own, upper: opened, lower }));
    });
  }
}

async function withKnown(layers: OpenLayers): Promise<OpenView> {
  return { ...layers, known: await KnownPaths.load(layers.own) };
}

function replaced(): CordonError {
  return new CordonError('folderForbidden', l10n.t('The folder was replaced by another one. Try again.'));
}

function takenAway(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'A window ended while it replaced what this workspace has changed. Start the workspace, which puts that back, and try again.',
    ),
  );
}
