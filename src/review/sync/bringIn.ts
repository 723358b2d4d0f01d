import type { BigIntStats } from 'node:fs';
import { foldersAbove } from '../../isolation/folderScan.ts';
import type { OpenedView } from '../../workspaces/engineViews.ts';
import { stampOf, typeOf } from '../change.ts';
import { LayerPack } from '../copies/layerPack.ts';
import { packEntry } from '../copies/putChanges.ts';
import type { OpenView } from '../openViews.ts';
import { lookAt } from './lookAt.ts';
import type { StaleEntry } from './staleEntries.ts';

/**
 * Has a workspace see what the folder has, through the very mount that it sees: what the kernel remembers there is then the
 * new state. Adds to `brought` what was put whole, also where it fails in the end.
 */
export async function bringIn(
  view: Pick<OpenedView, 'put' | 'remove'>,
  { lower }: Pick<OpenView, 'lower'>,
  stale: readonly StaleEntry[],
  brought: Set<StaleEntry>,
  signal: AbortSignal,
): Promise<void> {
  for (const entry of stale)
    if (!entry.wanted && (entry.isNew || (await view.remove(entry.path, signal)))) brought.add(entry);
  const coming = stale.filter(({ wanted }) => wanted);
  if (coming.length === 0) return;
  const packed: StaleEntry[] = [];
  await view.put(
    LayerPack.archiveOf(async (packing) => {
      for (const entry of coming) {
        const { path, wanted: stats } = entry;
        if (stats && (await packEntry(packing, lower, path, { path, stats }))) packed.push(entry);
      }
    }),
    signal,
  );
  for (const entry of packed) brought.add(entry);
}

/** The folders around these paths of which the workspace has nothing of its own: the kernel makes them for what comes in. */
export async function foldersToMake(
  { upper }: Pick<OpenView, 'upper'>,
  stale: readonly StaleEntry[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const path of foldersAbove(stale.map((entry) => entry.path)))
    if ((await lookAt(upper, path)) === null) missing.push(path);
  return missing;
}

/**
 * Notes what was brought as the folder's own, with the folders that were made for it; gives the paths at which the view has
 * it. Of what was `tried` and is there in part, it is noted that it is still to be brought.
 */
export async function noteBrought(
  { upper, lower, known }: Pick<OpenView, 'upper' | 'lower' | 'known'>,
  {
    tried,
    brought,
    made,
  }: {
    readonly tried: readonly StaleEntry[];
    readonly brought: ReadonlySet<StaleEntry>;
    readonly made: readonly string[];
  },
): Promise<readonly string[]> {
  for (const path of made) {
    const [written, below] = [await lookAt(upper, path), await lookAt(lower, path)];
    if (isFolder(written) && isFolder(below))
      known.set(path, { lower: stampOf(below), upper: stampOf(written), brought: true });
  }
  const noted: string[] = [];
  for (const entry of tried) {
    const { path, wanted } = entry;
    const written = await lookAt(upper, path);
    if (written === 'unreadable') continue;
    const has = written && (upper.isWhiteout(written) ? 'gone' : stampOf(written));
    const isThere = wanted ? has && has !== 'gone' && typeOf(wanted) === has.type : !has || has === 'gone';
    if (brought.has(entry) && isThere) {
      const isNew = isFolder(wanted) && entry.isNew && ({ isNew: true } as const);
      if (!has) known.forget(path);
      else
        known.set(path, {
          ...{ ...(wanted && { lower: stampOf(wanted) }), ...isNew },
          ...{ upper: has, brought: true },
        });
      noted.push(path);
    } else if (has && !known.isAccepted(path, has === 'gone' ? undefined : has))
      known.set(path, { upper: has, brought: true });
  }
  await known.save();
  return noted;
}

function isFolder(found: BigIntStats | null | 'unreadable'): found is BigIntStats {
  return found !== null && found !== 'unreadable' && found.isDirectory();
}
