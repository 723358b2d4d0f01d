import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { CheckedFolder } from '../isolation/folderCheck.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import { CordonError } from '../shared/errors.ts';
import type { CopyAccess } from '../workspaces/views/viewCopies.ts';
import type { ClearAsRoot, ViewFiles, ViewTrial } from '../workspaces/views/viewFiles.ts';
import { writeBaseline } from './baseline.ts';
import { requireCommonClock } from './commonClock.ts';
import { FolderCopies, type CopyRules } from './copies/folderCopies.ts';
import { fileIfAny } from './fileIfAny.ts';
import { KnownPaths } from './knownPaths.ts';
import { OpenFolder, openUpper, withFolder } from './openFolder.ts';
import type { OpenView } from './openViews.ts';
import { removeLayers, removeView } from './removeView.ts';
import { bringingFile, forgetBringing } from './sync/bringingFile.ts';
import { ViewInUse, whileLocked, type LockOwner } from './viewLock.ts';

/** Keeps what workspaces in review mode write in folders of this machine, one for each workspace. */
export class ViewFolders implements ViewFiles {
  readonly copies: FolderCopies;
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

  mounted(workspaceId: string): ViewPlaces {
    return this.copies.places(workspaceId) ?? this.places(workspaceId);
  }

  /** What is kept of a workspace beside its view. */
  folderOf(workspaceId: string): string {
    return join(this.root, workspaceId);
  }

  async prepare(workspaceId: string, folder: CheckedFolder): Promise<void> {
    if (`${this.root}/`.startsWith(`${folder.path}/`)) throw holdsItself(folder.path);
    await requireCommonClock(folder.path);
    const own = this.folderOf(workspaceId);
    const { lower, upper, work } = placesIn(own);
    await mkdir(work, { recursive: true, mode: 0o700 });
    await leadTo(lower, folder.path);
    if (await fileIfAny(upper)) return;
    await writeBaseline(own);
    await makeUpper(upper, folder);
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
    await writeFile(join(this.folderOf(workspaceId), 'here'), '');
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
    await removeLayers(own, ['upper'], clear);
    for (const name of ['known.json', 'folders.json']) await rm(join(own, name), { force: true });
    await this.prepare(workspaceId, folder);
  }

  /** Has a view that is not mounted show what a snapshot holds. */
  async goBack(
    workspaceId: string,
    snapshotId: string,
    clear: ClearAsRoot,
    signal?: AbortSignal,
  ): Promise<void> {
    const own = this.folderOf(workspaceId);
    const { Snapshots } = await import('./snapshots/snapshots.ts');
    const layer = join(own, 'upper.back');
    await new Snapshots(own).restore(snapshotId, layer, signal);
    await removeLayers(own, ['upper'], clear);
    await rename(layer, join(own, 'upper'));
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
    const { lower, upper } = placesIn(own);
    await withFolder(OpenFolder.at(await readlink(lower)), (openLower) =>
      withFolder(openUpper(upper), (opened) =>
        whileLocked(own, this.who, async () => {
          await work({ own, lower: openLower, upper: opened, known: await KnownPaths.load(own) });
        }),
      ),
    );
  }

  private async names(): Promise<readonly string[]> {
    return await readdir(this.root).catch(() => []);
  }
}

function placesIn(own: string): ViewPlaces {
  return { lower: join(own, 'lower'), upper: join(own, 'upper'), work: join(own, 'work') };
}

/** Nothing of the folder's name is said to the engine or to the kernel: they follow this link. */
async function leadTo(link: string, folder: string): Promise<void> {
  if ((await readlink(link).catch(() => undefined)) === folder) return;
  await rm(link, { force: true });
  await symlink(folder, link);
}

/** The view has the owner and the mode of its uppermost layer. */
async function makeUpper(upper: string, { path, ownerUid, ownerGid }: CheckedFolder): Promise<void> {
  const draft = `${upper}.new`;
  const { mode } = await lstat(path);
  await mkdir(draft, { recursive: true });
  if (process.getuid?.() === 0) await chown(draft, ownerUid, ownerGid);
  await chmod(draft, mode & 0o777);
  await rename(draft, upper);
}

/** What was replaced by something else than a folder hides all that was below; a link leads away from what it replaced. */
async function isShown(upper: string, path: string): Promise<boolean> {
  const names = path.split('/');
  for (const [index, name] of names.entries()) {
    const found = await fileIfAny(join(upper, ...names.slice(0, index), name));
    if (!found) return true;
    if (!found.isDirectory() && (index < names.length - 1 || !found.isFile())) return false;
  }
  return true;
}

function holdsItself(folder: string): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t(
      'The folder {0} holds the files in which Cordon keeps changes for review. Open another folder, or choose another mount mode.',
      JSON.stringify(folder.slice(0, 200)),
    ),
  );
}
