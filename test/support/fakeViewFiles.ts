import type { ViewFiles, ViewTrial } from '../../src/workspaces/views/viewFiles.ts';

/** Keeps nothing of what workspaces in review mode write, for cores on an engine in memory. */
export class FakeViewFiles implements ViewFiles {
  readonly removed: string[] = [];
  readonly readsOverlays = true;
  readonly copies = {
    has: () => false,
    bring: () => Promise.reject(new Error('There is nothing to copy.')),
    requireNone: () => Promise.resolve(),
    closeLeft: () => Promise.resolve(false),
    remove: () => Promise.resolve(),
  };

  places(workspaceId: string) {
    const own = `/kept/${workspaceId}`;
    return { lower: `${own}/lower`, upper: `${own}/upper`, work: `${own}/work` };
  }

  written(workspaceId: string) {
    return this.places(workspaceId).upper;
  }

  mounted(workspaceId: string) {
    return this.places(workspaceId);
  }

  prepare(): Promise<void> {
    return Promise.resolve();
  }

  isToSettle(): Promise<boolean> {
    return Promise.resolve(false);
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  wasBringing(): Promise<boolean> {
    return Promise.resolve(false);
  }

  endBringing(): Promise<void> {
    return Promise.resolve();
  }

  forgetBringing(): Promise<void> {
    return Promise.resolve();
  }

  useHere(): Promise<void> {
    return Promise.resolve();
  }

  isUsedHere(): Promise<boolean> {
    return Promise.resolve(false);
  }

  removeTrials(): Promise<void> {
    return Promise.resolve();
  }

  prepareTrial(): Promise<ViewTrial> {
    return Promise.resolve({
      places: this.places('trial'),
      entry: 'entry',
      dispose: () => Promise.resolve(),
    });
  }

  shown(_: string, paths: readonly string[]): Promise<readonly string[]> {
    return Promise.resolve(paths);
  }

  list(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  remove(workspaceId: string): Promise<void> {
    this.removed.push(workspaceId);
    return Promise.resolve();
  }
}
