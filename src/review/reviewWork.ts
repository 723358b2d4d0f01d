import * as l10n from '@vscode/l10n';
import type { Disposable } from '../shared/disposable.ts';
import { CordonError } from '../shared/errors.ts';
import { Emitter } from '../shared/event.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { OperationOptions } from '../workspaces/workspace.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { helperImage } from '../workspaces/views/reviewViews.ts';
import type { ChangeList } from './listChanges.ts';
import type { LeftBehind } from './notTakenBack.ts';
import { OpenViews, type OpenView, type ViewGround, type ViewWork } from './openViews.ts';
import { ViewChanges } from './viewChanges.ts';
import type { ViewFolders } from './viewFolders.ts';

type Progress = Parameters<NonNullable<OperationOptions['onProgress']>>;

/** How everything that looks at the views of workspaces or changes them goes about it. */
export class ReviewWork implements Disposable {
  readonly ground: ReviewGround;
  readonly folders: ViewFolders;
  readonly views: OpenViews;
  private readonly changing = new Emitter<string>();
  /** Fires with the id of a workspace whose changes were accepted, undone or discarded. */
  readonly onDidChange = this.changing.event;
  private readonly leaving = new Emitter<LeftBehind>();
  /** Fires where an accept that was broken off could not be taken back as a whole. */
  readonly onDidLeaveBehind = this.leaving.event;
  private readonly viewChanges: ViewChanges;

  /** `excludePatterns` are gitignore patterns of what is left out of every list. */
  constructor(ground: ReviewGround, folders: ViewFolders, excludePatterns: () => readonly string[]) {
    this.ground = ground;
    this.folders = folders;
    this.views = new OpenViews(ground, folders, (left) => {
      this.leaving.fire(left);
    });
    this.viewChanges = new ViewChanges(ground, folders, excludePatterns);
  }

  /** What a view changes, without what these patterns name, or the excluded ones. */
  async list(
    id: string,
    view: OpenView,
    signal?: AbortSignal,
    patterns?: readonly string[],
  ): Promise<ChangeList> {
    return await this.viewChanges.list(id, view, signal, patterns);
  }

  /** The same while the workspace stands still, for whoever makes the changes. */
  async listStill(id: string, view: OpenView, signal?: AbortSignal): Promise<ChangeList> {
    return await this.viewChanges.listStill(id, view, signal);
  }

  /** Changes a view or its folder, and tells of it. */
  async change<T>(
    id: string,
    title: string,
    options: OperationOptions,
    work: ViewWork<T>,
    rewriting?: { readonly isWhole: boolean },
  ): Promise<T | undefined> {
    return await this.views.change(id, title, options, work, rewriting).finally(() => {
      this.changing.fire(id);
    });
  }

  /**
   * Changes the layers of a view, which must not be changed while they are mounted: a workspace that runs is stopped for
   * it, and started again, also where a person gives up meanwhile. One that somebody paused stays stopped. `isWhole`: all
   * that was written is replaced.
   */
  async whileStopped(
    id: string,
    title: string,
    options: OperationOptions & { readonly isWhole: boolean },
    work: ViewWork<void>,
  ): Promise<void> {
    this.views.requireReview(id);
    const runs = this.ground.isRunning(id);
    if (runs || this.ground.isPaused(id)) await this.ground.stop(id, options);
    try {
      const change: ViewWork<void> = async (view, signal, about) => {
        await this.requireStopped(id, about.engine);
        await work(view, signal, about);
      };
      await this.change(id, title, options, change, options);
    } finally {
      const telling = { onProgress: (...about: Progress) => options.onProgress?.(...about) };
      if (runs) await this.ground.start(id, telling);
    }
  }

  /** What was accepted is below what the workspace has in its copy of the folder, too. The accept stands without that. */
  async tellCopy(
    { engine, record }: ViewGround,
    paths: readonly string[],
    { lower }: OpenView,
    signal: AbortSignal,
  ): Promise<void> {
    const { copies } = this.folders;
    if (!copies.has(record.id)) return;
    const tell = async () => {
      const image = await helperImage(engine, record.image);
      await copies.accepted(record.id, paths, { engine, image, lower, signal });
    };
    await tell().catch(() => undefined);
  }

  dispose(): void {
    this.changing.dispose();
    this.leaving.dispose();
  }

  private async requireStopped(id: string, engine: ContainerEngine): Promise<void> {
    const containerId = this.ground.containerId(id);
    const facts = containerId === undefined ? undefined : await engine.inspectContainer(containerId);
    if (facts?.running || facts?.paused)
      throw new CordonError('conflict', l10n.t('The workspace was started meanwhile. Try again.'));
  }
}
