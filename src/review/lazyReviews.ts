import type { Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { Reviews } from './reviews.ts';
import type { ViewFolders } from './viewFolders.ts';

type Public = Pick<Reviews, keyof Reviews>;

/** Loads what lists changes and makes them when a workspace in review mode needs it for the first time. */
export class LazyReviews implements Public, Disposable {
  private readonly changing = new Emitter<string>();
  readonly onDidChange = this.changing.event;
  private readonly load: () => Promise<Reviews>;
  private readonly folders: Pick<ViewFolders, 'list' | 'places'>;
  private loading: Promise<Reviews> | undefined;

  constructor(load: () => Promise<Reviews>, folders: Pick<ViewFolders, 'list' | 'places'>) {
    this.load = load;
    this.folders = folders;
  }

  async changes(...about: Parameters<Public['changes']>): ReturnType<Public['changes']> {
    return await (await this.reviews()).changes(...about);
  }

  async list(...about: Parameters<Public['list']>): ReturnType<Public['list']> {
    return await (await this.reviews()).list(...about);
  }

  async accept(...about: Parameters<Public['accept']>): ReturnType<Public['accept']> {
    return await (await this.reviews()).accept(...about);
  }

  async undoAccept(...about: Parameters<Public['undoAccept']>): ReturnType<Public['undoAccept']> {
    return await (await this.reviews()).undoAccept(...about);
  }

  async discard(...about: Parameters<Public['discard']>): ReturnType<Public['discard']> {
    await (await this.reviews()).discard(...about);
  }

  async exportPatch(...about: Parameters<Public['exportPatch']>): ReturnType<Public['exportPatch']> {
    return await (await this.reviews()).exportPatch(...about);
  }

  async keepBases(...about: Parameters<Public['keepBases']>): ReturnType<Public['keepBases']> {
    await (await this.reviews()).keepBases(...about);
  }

  async conflict(...about: Parameters<Public['conflict']>): ReturnType<Public['conflict']> {
    return await (await this.reviews()).conflict(...about);
  }

  async acceptMerged(...about: Parameters<Public['acceptMerged']>): ReturnType<Public['acceptMerged']> {
    return await (await this.reviews()).acceptMerged(...about);
  }

  async compare(...about: Parameters<Public['compare']>): ReturnType<Public['compare']> {
    return await (await this.reviews()).compare(...about);
  }

  async snapshots(...about: Parameters<Public['snapshots']>): ReturnType<Public['snapshots']> {
    return await (await this.reviews()).snapshots(...about);
  }

  async takeSnapshot(...about: Parameters<Public['takeSnapshot']>): ReturnType<Public['takeSnapshot']> {
    return await (await this.reviews()).takeSnapshot(...about);
  }

  async goBack(...about: Parameters<Public['goBack']>): ReturnType<Public['goBack']> {
    await (await this.reviews()).goBack(...about);
  }

  async seed(...about: Parameters<Public['seed']>): ReturnType<Public['seed']> {
    await (await this.reviews()).seed(...about);
  }

  async removeSnapshot(...about: Parameters<Public['removeSnapshot']>): ReturnType<Public['removeSnapshot']> {
    await (await this.reviews()).removeSnapshot(...about);
  }

  async side(...about: Parameters<Public['side']>): ReturnType<Public['side']> {
    return await (await this.reviews()).side(...about);
  }

  /** Where what the workspace writes lies on this machine: whatever changes there may be a change. */
  placeOf(id: string): string {
    return this.folders.places(id).upper;
  }

  /** Nothing can be left of an accept where there is no view. */
  async recover(): Promise<void> {
    if ((await this.folders.list()).length > 0) await (await this.reviews()).recover();
  }

  dispose(): void {
    this.changing.dispose();
    void this.loading?.then((reviews) => {
      reviews.dispose();
    });
  }

  private reviews(): Promise<Reviews> {
    this.loading ??= this.load().then((reviews) => {
      reviews.onDidChange((id) => {
        this.changing.fire(id);
      });
      return reviews;
    });
    return this.loading;
  }
}
