import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClearAsRoot } from '../workspaces/views/viewFiles.ts';
import { isDenied } from './fileErrors.ts';
import { fileIfAny } from './fileIfAny.ts';
import { removeLayers } from './removeView.ts';

type LayerName = 'upper' | 'mirror';

/** Has a layer that is whole, `<name>.back`, take the place of one of a view that is not mounted, which is kept until it has. */
export async function swapLayer(own: string, name: LayerName, clear: ClearAsRoot): Promise<void> {
  const path = join(own, name);
  await removeLayers(own, [`${name}.old`], clear);
  await rename(path, `${path}.old`);
  await rename(`${path}.back`, path);
  // It has taken its place. What stays of the other one goes with the next start, or the next swap.
  await removeLayers(own, [`${name}.old`], clear).catch(() => undefined);
}

/** Whether a process was killed, or is at work, between taking a layer away and putting another one in its place. */
export async function isTakenAway(own: string): Promise<boolean> {
  const at = (name: string) => fileIfAny(join(own, name));
  if ((await at('mirror')) || (await at('upper'))) return false;
  return ((await at('mirror.old')) ?? (await at('upper.old'))) !== undefined;
}

/**
 * Puts a layer back that a killed process took away before another one took its place, and removes what such processes left.
 * What only root can remove stays until the next swap, or goes with the view.
 */
export async function settleLayers(own: string): Promise<void> {
  const at = (name: string) => join(own, name);
  if (await isTakenAway(own))
    for (const name of ['mirror', 'upper'])
      if (await fileIfAny(at(`${name}.old`))) await rename(at(`${name}.old`), at(name));
  const left = (['mirror', 'upper'] as const).flatMap(
    (name) => [`${name}.old`, `${name}.back`, `${name}.new`] as const,
  );
  await removeLayers(own, left, () => Promise.resolve()).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
  });
}
