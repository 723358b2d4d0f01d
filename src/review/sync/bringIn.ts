import type { BigIntStats } from 'node:fs';
import { foldersAbove } from '../../isolation/folderScan.ts';
import type { OpenedView } from '../../workspaces/containerEngine.ts';
import { isWhiteout, stampOf, typeOf } from '../change.ts';
import { LayerPack } from '../copies/layerPack.ts';
import { putEntry } from '../copies/putChanges.ts';
import type { OpenView } from '../openViews.ts';
import { lookAt, type StaleEntry } from './staleEntries.ts';

/**
 * Has a workspace see what the folder has, through the very mount that it sees: what the kernel remembers there is then the
 * new state. Gives what was put; what somebody changed meanwhile is not.
 */
export async function bringIn(
  view: Pick<OpenedView, 'put' | 'remove'>,
  { lower }: Pick<OpenView, 'lower'>,
  stale: readonly StaleEntry[],
  signal: AbortSignal,
): Promise<readonly StaleEntry[]> {
  const brought: StaleEntry[] = [];
  for (const entry of stale)
    if (!entry.wanted && (!entry.seen || (await view.remove(entry.path, signal)))) brought.push(entry);
  const coming = stale.filter(({ wanted }) => wanted);
  if (coming.length > 0)
    await view.put(
      LayerPack.archiveOf(async (packing) => {
        for (const entry of coming) {
          const { path, wanted: stats } = entry;
          if (stats && (await putEntry(packing, lower, path, { path, stats }))) brought.push(entry);
        }
      }),
      signal,
    );
  return brought;
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

/** Notes what was brought as the folder's own, with the folders that were made for it; gives the paths at which the view has it. */
export async function noteBrought(
  { upper, lower, known }: Pick<OpenView, 'upper' | 'lower' | 'known'>,
  { brought, made }: { readonly brought: readonly StaleEntry[]; readonly made: readonly string[] },
): Promise<readonly string[]> {
  for (const path of made) {
    const [written, below] = [await lookAt(upper, path), await lookAt(lower, path)];
    if (isFolder(written) && isFolder(below))
      known.set(path, { lower: stampOf(below), upper: stampOf(written), brought: 'way' });
  }
  const noted: string[] = [];
  for (const { path, wanted } of brought) {
    const written = await lookAt(upper, path);
    if (written === 'unreadable') continue;
    if (wanted && written && typeOf(wanted) === typeOf(written))
      known.set(path, { lower: stampOf(wanted), upper: stampOf(written), brought: 'entry' });
    else if (!wanted && !written) known.forget(path);
    else if (!wanted && written && isWhiteout(written)) known.set(path, { upper: 'gone', brought: 'entry' });
    else continue;
    noted.push(path);
  }
  await known.save();
  return noted;
}

function isFolder(found: BigIntStats | null | 'unreadable'): found is BigIntStats {
  return found !== null && found !== 'unreadable' && found.isDirectory();
}
