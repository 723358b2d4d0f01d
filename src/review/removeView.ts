import { rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ClearAsRoot } from '../workspaces/views/viewFiles.ts';
import { removeEntry } from './copies/mirrorFolders.ts';
import { isDenied } from './fileErrors.ts';
import { OpenFolder, withFolder } from './openFolder.ts';

/** A layer, or what is left of one, or is to be one. */
type LayerFile = `${'upper' | 'mirror'}${'' | '.old' | '.back' | '.new'}`;

/** Removes what is kept of a view that is not mounted. */
export async function removeView(own: string, clear: ClearAsRoot): Promise<void> {
  // Empty as a rule, and closed to everybody: it can be removed, but not looked into.
  await rmdir(join(own, 'work', 'work')).catch(() => undefined);
  await removeLayers(own, ['upper', 'upper.old', 'mirror', 'mirror.old', 'work'], clear);
  await removeOurs(own);
}

/**
 * Removes layers of a view that is not mounted. What a container wrote as another user, and what the kernel keeps beside
 * it, only root can remove: the engine puts a file of ours in its place.
 */
export async function removeLayers(
  own: string,
  names: readonly ('work' | LayerFile)[],
  clear: ClearAsRoot,
): Promise<void> {
  const remove = async () => {
    for (const name of names) await rm(join(own, name), { recursive: true, force: true });
  };
  try {
    await remove();
  } catch (error) {
    if (!isDenied(error)) throw error;
    if (await removeOwn(own, names)) return;
    await clear(own, names, { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 });
    await remove();
  }
}

/** Removes a folder of ours, also one with folders that are closed to us; success where there is none. */
export async function removeOurs(path: string): Promise<void> {
  try {
    // Somebody may just be noting something there.
    await rm(path, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (!isDenied(error) || !(await removeOwn(dirname(path), [basename(path)]))) throw error;
  }
}

/** Removes also what is ours and closed to us. Gives false where something is somebody else's. */
async function removeOwn(own: string, names: readonly string[]): Promise<boolean> {
  try {
    await withFolder(OpenFolder.at(own), async (folder) => {
      for (const name of names) await removeEntry(folder, Buffer.from(name));
    });
    return true;
  } catch (error) {
    if (isDenied(error)) return false;
    throw error;
  }
}
