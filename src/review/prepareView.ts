import { chmod, chown, lstat, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import type { CheckedFolder } from '../isolation/folderCheck.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import { isAtOrBelow, placeOf } from '../isolation/pathPlace.ts';
import { CordonError } from '../shared/errors.ts';
import { writeBaseline } from './baseline.ts';
import { requireCommonClock } from './commonClock.ts';
import { fileIfAny } from './fileIfAny.ts';
import { keptLayer, upperIn } from './keptLayer.ts';
import { settleLayers } from './swapLayer.ts';

/** Where an overlay has what it is made of; `own` is where what belongs to the view is kept. */
export function placesIn(own: string): ViewPlaces {
  return { lower: join(own, 'lower'), upper: upperIn(own).path, work: join(own, 'work') };
}

/**
 * Makes what a view of a folder needs that is not there yet, in `own`, below `root`. Rejects with `engineUnsupported` on
 * Windows, and with `folderForbidden` for a folder in which that lies.
 */
export async function prepareView(root: string, own: string, folder: CheckedFolder): Promise<void> {
  if (process.platform === 'win32') throw notOnWindows();
  const [kept, opened] = [root, folder.path].map((path) => placeOf(path, process.platform));
  if (kept && opened && isAtOrBelow(kept, opened)) throw holdsItself(folder.path);
  await requireCommonClock(folder.path);
  const { lower, upper, work } = placesIn(own);
  await mkdir(work, { recursive: true, mode: 0o700 });
  await leadTo(lower, folder.path);
  await settleLayers(own);
  if (await fileIfAny((await keptLayer(own)).path)) return;
  await writeBaseline(own);
  await makeUpper(upper, folder);
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

function holdsItself(folder: string): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t(
      'The folder {0} holds the files in which Cordon keeps changes for review. Open another folder, or choose another mount mode.',
      JSON.stringify(folder.slice(0, 200)),
    ),
  );
}

function notOnWindows(): CordonError {
  return new CordonError(
    'engineUnsupported',
    l10n.t(
      'The mount mode "review" works only where VS Code works on Linux, as it does in WSL, or on macOS. Open the folder there, or choose another mount mode.',
    ),
  );
}
