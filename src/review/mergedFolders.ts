import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { OpenLayer } from '../workspaces/containerEngine.ts';
import { LayerBudget, usualLimits } from './copies/layerBudget.ts';
import { LayerPack } from './copies/layerPack.ts';
import { readLayer } from './copies/readLayer.ts';

/**
 * Finds which of these folders of an overlay's layer let show what lies below. The others hide it: they were removed and
 * made anew. An engine is the only one to know: below each folder lies a link to one place at the top, and files that are
 * put by way of these links arrive there wherever the link shows. Rejects with `engineFailed` where no file does.
 */
export async function mergedFolders(
  layer: OpenLayer,
  folders: readonly string[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  // What the workspace cannot know it cannot have put there.
  const secret = randomBytes(8).toString('hex');
  // An archive that is read begins with the last name of its path.
  const place = `${secret}-place/upper`;
  // A kernel follows no link of another user in a folder that all can write to, so each has a folder of its own
  // (`fs.protected_symlinks`). Nothing hides what lies below the layer itself.
  const links = [`${secret}-top/link`, ...folders.map((path) => `${path}/${secret}/link`)];
  const fromTop = (path: string) => '../'.repeat(path.split('/').length - 1);
  await layer.putBelow(
    LayerPack.archiveOf(async (packing) => {
      for (const path of links) await packing.linkTo(path, `${fromTop(path)}${place}`);
    }),
    signal,
  );
  await layer.put(
    LayerPack.archiveOf(async (packing) => {
      await packing.emptyFile(`${place}/first`);
      for (const [index, path] of links.entries()) await packing.emptyFile(`${path}/${index}`);
    }),
    signal,
  );
  const arrived = new Set<string>();
  const budget = new LayerBudget({ ...usualLimits, entries: links.length + 2 });
  for await (const { names = [] } of readLayer(await layer.get(place, signal), budget, signal))
    arrived.add(names.join('/'));
  if (!arrived.has('0')) throw noneArrived();
  return new Set(folders.filter((_, index) => arrived.has(`${index + 1}`)));
}

function noneArrived(): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t('The engine does not tell which folders of the workspace were removed and made anew.'),
  );
}
