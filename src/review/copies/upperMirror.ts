import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { CheckedFolder } from '../../isolation/folderCheck.ts';
import type { OpenCopy } from '../../workspaces/engineCopies.ts';
import type { Entry } from '../difference.ts';
import { mirrorIn } from '../keptLayer.ts';
import { OpenFolder, withFolder } from '../openFolder.ts';
import { pathText } from '../pathBytes.ts';
import { Replaced } from '../sameContent.ts';
import { layers } from './copyState.ts';
import { LayerPack, type Ownership } from './layerPack.ts';
import { enterFolder, isRoot, settleFolder } from './mirrorFolders.ts';
import { mirrorLayer, type MirrorRules } from './mirrorLayer.ts';
import { isReadable } from './mirrorWriter.ts';
import { untilWhole } from './untilWhole.ts';

/**
 * Has this machine hold what the workspace has written in the engine, and gives of how much it cannot. `own` is where what
 * belongs to the view is kept.
 */
export async function pullMirror(
  copy: OpenCopy,
  own: string,
  signal: AbortSignal,
  rules?: MirrorRules,
): Promise<number> {
  const [{ path }, scratch] = [mirrorIn(own), join(own, 'mirroring')];
  const pull = async () =>
    await mirrorLayer(await copy.get(layers.upper, signal), path, scratch, signal, rules);
  return (await untilWhole(pull, signal)).leftOut;
}

/** Has the engine hold what this machine holds of what the workspace has written, in place of what it held. */
export async function pushMirror(
  copy: OpenCopy,
  own: string,
  owner: Pick<CheckedFolder, 'ownerUid' | 'ownerGid'>,
  signal?: AbortSignal,
): Promise<void> {
  const { path, form } = mirrorIn(own);
  const archive = () =>
    LayerPack.archiveOf((packing) =>
      withFolder(OpenFolder.at(path, form), (opened) =>
        putFolder(packing, opened, layers.upper, ownershipOf(owner)),
      ),
    );
  // What cannot be sent whole must not take the place of what is there.
  await finished(archive().resume());
  // What is no folder takes the place of all that was there.
  await copy.put(
    LayerPack.archiveOf((packing) => packing.emptyFile(layers.upper)),
    signal,
  );
  await copy.put(archive(), signal);
}

async function putFolder(
  packing: LayerPack,
  folder: OpenFolder,
  name: string,
  ownership: (stats: Ownership) => Ownership,
  stats: Ownership = folder.stats,
): Promise<void> {
  await packing.folder(name, ownership(stats));
  for (const each of await folder.names()) {
    const found = await folder.look(each);
    const entry = found && { folder, name: each, stats: found };
    const path = `${name}/${pathText(each)}`;
    if (!entry) continue;
    if (folder.isWhiteout(entry.stats)) await packing.gone(path);
    else if (entry.stats.isDirectory())
      await withFolder(enterFolder(folder, each), async (inner) => {
        await putFolder(packing, inner, path, ownership, entry.stats);
        await settleFolder(inner, Number(entry.stats.mode & 0o7777n));
      });
    else if (entry.stats.isSymbolicLink()) await packing.link(path, entry, ownership(entry.stats));
    // A mirror does not tell whose it was.
    else if (entry.stats.isFIFO()) await packing.fifo(path, { ...ownership(stats), mode: entry.stats.mode });
    else if (entry.stats.isFile())
      await whileReadable(entry, async (readable) => {
        if (!(await packing.file(path, readable, ownership(entry.stats)))) throw new Replaced();
      });
  }
}

/** The workspace may have closed a file to everybody, also to who mirrors it. */
async function whileReadable(entry: Entry, work: (readable: Entry) => Promise<void>): Promise<void> {
  const { folder, name, stats } = entry;
  if (isRoot() || isReadable(stats)) {
    await work(entry);
    return;
  }
  await chmod(folder.entry(name), 0o600);
  try {
    const opened = await folder.look(name);
    if (opened?.ino !== stats.ino) throw new Replaced();
    await work({ folder, name, stats: opened });
  } finally {
    await chmod(folder.entry(name), Number(stats.mode & 0o7777n));
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
