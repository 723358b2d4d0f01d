import { join } from 'node:path';
import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import type { CheckedFolder } from '../../isolation/folderCheck.ts';
import { CordonError } from '../../shared/errors.ts';
import type { OpenCopy } from '../../workspaces/containerEngine.ts';
import { isWhiteout } from '../change.ts';
import { OpenFolder, withFolder } from '../openFolder.ts';
import { isText, pathText } from '../pathBytes.ts';
import { Replaced } from '../sameContent.ts';
import { layers } from './copyState.ts';
import { LayerPack, type Ownership } from './layerPack.ts';
import { mirrorLayer } from './mirrorLayer.ts';

/** An engine cannot give a file whole that grows while it gives it: it is asked again. */
const pullRetries = 3;

/**
 * Has this machine hold what the workspace has written in the engine, and gives of how much it cannot. `own` is where what
 * belongs to the view is kept.
 */
export async function pullMirror(copy: OpenCopy, own: string, signal: AbortSignal): Promise<number> {
  const [upper, scratch] = [join(own, 'upper'), join(own, 'mirroring')];
  const pull = async () => await mirrorLayer(await copy.get(layers.upper, signal), upper, scratch, signal);
  const isBrokenOff = (error: unknown) => !(error instanceof CordonError) && !signal.aborted;
  try {
    const { leftOut } = await pRetry(pull, {
      ...{ retries: pullRetries, minTimeout: 100, signal },
      shouldRetry: ({ error }) => isBrokenOff(error),
    });
    return leftOut;
  } catch (error) {
    throw isBrokenOff(error) ? brokenOff(error) : error;
  }
}

/** Has the engine hold what this machine holds of what the workspace has written, in place of what it held. */
export async function pushMirror(
  copy: OpenCopy,
  upper: string,
  owner: Pick<CheckedFolder, 'ownerUid' | 'ownerGid'>,
  signal?: AbortSignal,
): Promise<void> {
  // What is no folder takes the place of all that was there.
  await copy.put(
    LayerPack.archiveOf((packing) => packing.emptyFile(layers.upper)),
    signal,
  );
  await withFolder(OpenFolder.at(upper), (opened) =>
    copy.put(
      LayerPack.archiveOf((packing) => putFolder(packing, opened, layers.upper, ownershipOf(owner))),
      signal,
    ),
  );
}

async function putFolder(
  packing: LayerPack,
  folder: OpenFolder,
  name: string,
  ownership: (stats: Ownership) => Ownership,
): Promise<void> {
  await packing.folder(name, ownership(folder.stats));
  for (const each of await folder.names()) {
    const stats = await folder.look(each);
    const entry = stats && { folder, name: each, stats };
    const path = `${name}/${pathText(each)}`;
    if (!entry || !isText(path)) continue;
    if (isWhiteout(entry.stats)) await packing.gone(path);
    else if (entry.stats.isDirectory())
      await withFolder(folder.folder(each), (inner) => putFolder(packing, inner, path, ownership));
    else if (entry.stats.isSymbolicLink()) await packing.link(path, entry, ownership(entry.stats));
    else if (entry.stats.isFile() && !(await packing.file(path, entry, ownership(entry.stats))))
      throw new Replaced();
  }
}

/** Only root can keep on this machine whose each of the files is. To anybody else they are all the workspace's. */
function ownershipOf({
  ownerUid,
  ownerGid,
}: Pick<CheckedFolder, 'ownerUid' | 'ownerGid'>): (stats: Ownership) => Ownership {
  if (process.getuid?.() === 0) return (stats) => stats;
  const [uid, gid] = [BigInt(ownerUid), BigInt(ownerGid)];
  return ({ mode }) => ({ uid, gid, mode });
}

function brokenOff(cause: unknown): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t('What the workspace has written could not be read, for it went on writing. Try again.'),
    cause,
  );
}
