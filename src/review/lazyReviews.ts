import type { Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { ReviewParts } from './composeReviews.ts';
import type { LeftBehind } from './notTakenBack.ts';
import type { ViewFolders } from './viewFolders.ts';

type Reviews = ReviewParts['reviews'];
type Merges = ReviewParts['merges'];
type Snapshots = ReviewParts['snapshots'];
type Sync = ReviewParts['sync'];

/** Loads what lists changes and makes them when a workspace in review mode needs it for the first time. */
export class LazyReviews implements Disposable {
  private readonly changing = new Emitter<string>();
  readonly onDidChange = this.changing.event;
  private readonly leaving = new Emitter<LeftBehind>();
  readonly onDidLeaveBehind = this.leaving.event;
  private readonly load: () => Promise<ReviewParts>;
  private readonly folders: Pick<ViewFolders, 'list' | 'written'>;
  private loading: Promise<ReviewParts> | undefined;

  constructor(load: () => Promise<ReviewParts>, folders: Pick<ViewFolders, 'list' | 'written'>) {
    this.load = load;
    this.folders = folders;
  }

  async changes(...about: Parameters<Reviews['changes']>): ReturnType<Reviews['changes']> {
    return await (await this.parts()).reviews.changes(...about);
  }

  async list(...about: Parameters<Reviews['list']>): ReturnType<Reviews['list']> {
    return await (await this.parts()).reviews.list(...about);
  }

  async accept(...about: Parameters<Reviews['accept']>): ReturnType<Reviews['accept']> {
    return await (await this.parts()).reviews.accept(...about);
  }

  async undoAccept(...about: Parameters<Reviews['undoAccept']>): ReturnType<Reviews['undoAccept']> {
    return await (await this.parts()).reviews.undoAccept(...about);
  }

  async discard(...about: Parameters<Reviews['discard']>): ReturnType<Reviews['discard']> {
    await (await this.parts()).reviews.discard(...about);
  }

  async exportPatch(...about: Parameters<Reviews['exportPatch']>): ReturnType<Reviews['exportPatch']> {
    return await (await this.parts()).reviews.exportPatch(...about);
  }

  async keepBases(...about: Parameters<Merges['keepBases']>): ReturnType<Merges['keepBases']> {
    await (await this.parts()).merges.keepBases(...about);
  }

  async conflict(...about: Parameters<Merges['conflict']>): ReturnType<Merges['conflict']> {
    return await (await this.parts()).merges.conflict(...about);
  }

  async acceptMerged(...about: Parameters<Merges['accept']>): ReturnType<Merges['accept']> {
    return await (await this.parts()).merges.accept(...about);
  }

  async compare(...about: Parameters<Reviews['compare']>): ReturnType<Reviews['compare']> {
    return await (await this.parts()).reviews.compare(...about);
  }

  async snapshots(...about: Parameters<Snapshots['list']>): ReturnType<Snapshots['list']> {
    return await (await this.parts()).snapshots.list(...about);
  }

  async takeSnapshot(...about: Parameters<Snapshots['take']>): ReturnType<Snapshots['take']> {
    return await (await this.parts()).snapshots.take(...about);
  }

  async goBack(...about: Parameters<Snapshots['goBack']>): ReturnType<Snapshots['goBack']> {
    await (await this.parts()).snapshots.goBack(...about);
  }

  async seed(...about: Parameters<Snapshots['seed']>): ReturnType<Snapshots['seed']> {
    await (await this.parts()).snapshots.seed(...about);
  }

  async removeSnapshot(...about: Parameters<Snapshots['remove']>): ReturnType<Snapshots['remove']> {
    await (await this.parts()).snapshots.remove(...about);
  }

  async bringIn(...about: Parameters<Sync['bringIn']>): ReturnType<Sync['bringIn']> {
    return await (await this.parts()).sync.bringIn(...about);
  }

  async side(...about: Parameters<Reviews['side']>): ReturnType<Reviews['side']> {
    return await (await this.parts()).reviews.side(...about);
  }

  /** Where what the workspace writes lies on this machine: whatever changes there may be a change. */
  placeOf(id: string): string {
    return this.folders.written(id);
  }

  /** Whether anything is kept of a workspace that is, or was, in review mode. */
  async isKept(id: string): Promise<boolean> {
    return (await this.folders.list()).includes(id);
  }

  /** Nothing can be left of an accept where there is no view. */
  async recover(): Promise<void> {
    if ((await this.folders.list()).length > 0) await (await this.parts()).reviews.recover();
  }

  dispose(): void {
    this.changing.dispose();
    this.leaving.dispose();
    void this.loading?.then((parts) => {
      parts.dispose();
    });
  }

  private parts(): Promise<ReviewParts> {
    this.loading ??= this.load().then((parts) => {
      parts.onDidChange((id) => {
        this.changing.fire(id);
      });
      parts.onDidLeaveBehind((left) => {
        this.leaving.fire(left);
      });
      return parts;
    });
    return this.loading;
  }
}
