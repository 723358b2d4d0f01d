import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckedFolder } from '../isolation/folderCheck.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import type { CopyAccess } from '../workspaces/views/viewCopies.ts';
import type { ClearAsRoot, ViewFiles, ViewTrial } from '../workspaces/views/viewFiles.ts';
import { FolderCopies, type CopyRules } from './copies/folderCopies.ts';
import { isMissing } from './fileErrors.ts';
import { fileIfAny } from './fileIfAny.ts';
import { keepAs, keptLayer, mirrorIn, openUpper, upperIn } from './keptLayer.ts';
import { isShown } from './isShown.ts';
import { KnownPaths } from './knownPaths.ts';
import { OpenFolder, withFolder } from './openFolder.ts';
import type { OpenView } from './openViews.ts';
import { placesIn, prepareView } from './prepareView.ts';
import { removeLayers, removeView } from './removeView.ts';
import { swapLayer } from './swapLayer.ts';
import { bringingFile, forgetBringing } from './sync/bringingFile.ts';
import { ViewInUse, whileLocked, type LockOwner } from './viewLock.ts';

/** Keeps what workspaces in review mode write in folders of this machine, one for each workspace. */
export class ViewFolders implements ViewFiles {
  readonly copies: FolderCopies;
  readonly readsOverlays = process.platform === 'linux';
  private readonly root: string;
  private readonly who: LockOwner;

  /** `root` is an absolute path; it is made when it is needed. */
  constructor(root: string, rules: CopyRules) {
    this.root = root;
    this.who = rules;
    this.copies = new FolderCopies((id) => this.folderOf(id), rules);
  }

  places(workspaceId: string): ViewPlaces {
    return placesIn(this.folderOf(workspaceId));
  }

  written(workspaceId: string): string {
    const own = this.folderOf(workspaceId);
    return (this.copies.has(workspaceId) ? mirrorIn(own) : upperIn(own)).path;
  }

  mounted(workspaceId: string): ViewPlaces {
    return this.copies.places(workspaceId) ?? this.places(workspaceId);
  }

  /** What is kept of a workspace beside its view. */
  folderOf(workspaceId: string): string {
    return join(this.root, workspaceId);
  }

  async prepare(workspaceId: string, folder: CheckedFolder): Promise<void> {
    await prepareView(this.root, this.folderOf(workspaceId), folder);
  }

  async isToSettle(workspaceId: string): Promise<boolean> {
    return (await KnownPaths.load(this.folderOf(workspaceId))).brought().length > 0;
  }

  async settle(workspaceId: string): Promise<void> {
    const { settle } = await import('./sync/settle.ts');
    await this.whileOpen(workspaceId, settle).catch((error: unknown) => {
      // Whoever is at it keeps it from being settled until the start after this one.
      if (!(error instanceof ViewInUse)) throw error;
    });
  }

  async wasBringing(workspaceId: string): Promise<boolean> {
    return (await fileIfAny(bringingFile(this.folderOf(workspaceId)))) !== undefined;
  }

  async forgetBringing(workspaceId: string): Promise<void> {
    await forgetBringing(this.folderOf(workspaceId));
  }

  async endBringing(workspaceId: string, access: CopyAccess, recordAt: string): Promise<void> {
    const { endBringing } = await import('./sync/bringingNote.ts');
    await this.copies.pull(workspaceId, access);
    await this.whileOpen(workspaceId, (view) => endBringing(view, recordAt));
  }

  async useHere(workspaceId: string): Promise<void> {
    const own = this.folderOf(workspaceId);
    await keepAs(upperIn(own), own);
    await writeFile(join(own, 'here'), '');
  }

  async isUsedHere(workspaceId: string): Promise<boolean> {
    return (await fileIfAny(join(this.folderOf(workspaceId), 'here'))) !== undefined;
  }

  async prepareTrial(): Promise<ViewTrial> {
    const own = join(this.root, `trial-${this.who.owner}-${randomBytes(8).toString('hex')}`);
    const places = placesIn(own);
    const entry = randomBytes(8).toString('hex');
    for (const folder of ['folder', 'upper', 'work'])
      await mkdir(join(own, folder), { recursive: true, mode: 0o700 });
    await symlink(join(own, 'folder'), places.lower);
    await writeFile(join(own, 'folder', entry), '');
    return { places, entry, dispose: (clear) => removeView(own, clear) };
  }

  async removeTrials(clear: ClearAsRoot): Promise<void> {
    for (const name of await this.names()) {
      const owner = Number(/^trial-(\d+)-/.exec(name)?.[1]);
      if (Number.isNaN(owner) || owner === this.who.owner) continue;
      const own = join(this.root, name);
      const found = await fileIfAny(own);
      if (found && !this.who.isAlive(owner, Number(found.mtimeMs))) await removeView(own, clear);
    }
  }

  /** Makes a view that is not mounted show the folder as it is now, with nothing of its own. */
  async reset(workspaceId: string, folder: CheckedFolder, clear: ClearAsRoot): Promise<void> {
    const own = this.folderOf(workspaceId);
    const layer = await keptLayer(own);
    // what a killed process left is none to be put back in its place
    await removeLayers(own, ['upper.old', 'mirror.old', 'upper', 'mirror'], clear);
    for (const name of ['known.json', 'folders.json']) await rm(join(own, name), { force: true });
    await this.prepare(workspaceId, folder);
    await keepAs(layer, own);
  }

  /** Has a view that is not mounted show what a snapshot holds. */
  async goBack(
    workspaceId: string,
    {
      snapshotId,
      clear,
      beforeSwap,
      signal,
    }: {
      readonly snapshotId: string;
      readonly clear: ClearAsRoot;
      /** The snapshot can be had, and nothing has changed yet. */
      readonly beforeSwap: () => Promise<void>;
      readonly signal?: AbortSignal;
    },
  ): Promise<void> {
    const own = this.folderOf(workspaceId);
    const { Snapshots } = await import('./snapshots/snapshots.ts');
    const { name, path, form } = await keptLayer(own);
    await new Snapshots(own).restore(snapshotId, { path: `${path}.back`, form }, signal);
    await beforeSwap();
    await swapLayer(own, name, clear);
  }

  async shown(workspaceId: string, paths: readonly string[]): Promise<readonly string[]> {
    const { upper } = this.places(workspaceId);
    const all = await Promise.all(paths.map(async (path) => ((await isShown(upper, path)) ? [path] : [])));
    return all.flat();
  }

  async list(): Promise<readonly string[]> {
    return (await this.names()).filter((name) => /^[0-9a-f]{32}$/.test(name));
  }

  async remove(workspaceId: string, clear: ClearAsRoot): Promise<void> {
    await removeView(this.folderOf(workspaceId), clear);
  }

  /** Runs `work` on the layers of a view that was made before, while nobody else is at them. */
  private async whileOpen(workspaceId: string, work: (view: OpenView) => Promise<void>): Promise<void> {
    const own = this.folderOf(workspaceId);
    const layer = await keptLayer(own);
    await withFolder(OpenFolder.at(await readlink(placesIn(own).lower)), (openLower) =>
      withFolder(openUpper(layer), (opened) =>
        whileLocked(own, this.who, async () => {
          await work({ own, lower: openLower, upper: opened, known: await KnownPaths.load(own) });
        }),
      ),
    );
  }

  private async names(): Promise<readonly string[]> {
    return await readdir(this.root).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
  }
}
