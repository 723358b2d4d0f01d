import { randomBytes } from 'node:crypto';
import type { OpenLayer } from '../workspaces/containerEngine.ts';
import { LayerBudget, usualLimits } from './copies/layerBudget.ts';
import { LayerPack } from './copies/layerPack.ts';
import { readLayer } from './copies/readLayer.ts';
import { untilWhole } from './copies/untilWhole.ts';

/** Beside what the workspace has written there are the marks. */
const limits = { ...usualLimits, entries: 2 * usualLimits.entries };

/**
 * Finds of these folders of an overlay's layer whether they let show what lies below, or hide it because they were removed
 * and made anew; what the layer has no more is missing. `aside` are paths that need not be read for that. An engine is the
 * only one to know: it lays the layer over a mark in each of the folders.
 */
export async function mergedFolders(
  layer: OpenLayer,
  folders: readonly string[],
  aside: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, boolean>> {
  // What the workspace cannot know it cannot have put there.
  const mark = randomBytes(8).toString('hex');
  await layer.put(
    LayerPack.archiveOf(async (packing) => {
      for (const path of folders) await packing.emptyFile(`below/${path}/${mark}`);
      for (const path of aside) await packing.gone(`above/${path}`);
    }),
    signal,
  );
  return await untilWhole(async () => {
    const archive = await layer.get('upper', signal);
    const there = new Set<string>();
    const merged = new Set<string>();
    for await (const { names = [], kind } of readLayer(archive, new LayerBudget(limits), signal)) {
      if (kind === 'folder') there.add(names.join('/'));
      if (names.at(-1) === mark) merged.add(names.slice(0, -1).join('/'));
    }
    return new Map(folders.filter((path) => there.has(path)).map((path) => [path, merged.has(path)]));
  }, signal);
}
