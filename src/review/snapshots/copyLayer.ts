import { foldersAbove } from '../../isolation/folderScan.ts';
import type { Change } from '../change.ts';
import type { Entry } from '../difference.ts';
import { withFolder, withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf, pathBytes } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import { Replaced } from '../sameContent.ts';
import type { LayerWriter } from './layerWriter.ts';

/**
 * Writes changes as a layer of their own, which needs nothing that only root could copy: what is hidden by a folder that
 * was made anew is marked as removed by itself. Gives the paths that could not be read, which stay out.
 */
export async function copyChanges(
  changes: readonly Change[],
  upper: OpenFolder,
  writer: LayerWriter,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const folders = new Set<string>();
  const ends = new Set<string>();
  const leftOut: string[] = [];
  await writer.folder(Buffer.alloc(0), upper.stats);
  for (const change of changes) {
    signal?.throwIfAborted();
    const { path } = change;
    const above = foldersAbove([path]);
    if (above.some((folder) => ends.has(folder))) continue;
    try {
      if (change.blocker && change.blocker !== 'mount') throw new Replaced();
      for (const folder of [...above, ...(isFolder(change) ? [path] : [])])
        if (!folders.has(folder)) {
          await inUpper(upper, folder, ({ stats }) => writer.folder(pathBytes(folder), stats));
          folders.add(folder);
        }
      if (change.kind === 'deleted') await writer.gone(pathBytes(path));
      else if (!isFolder(change)) await inUpper(upper, path, (entry) => writeEntry(writer, path, entry));
      if (!isFolder(change)) ends.add(path);
    } catch (error) {
      if (readProblem(error) === undefined) throw error;
      leftOut.push(path);
    }
  }
  return leftOut;
}

/** Copies a layer that was written so, as it is. */
export async function copyLayer(
  from: OpenFolder,
  writer: LayerWriter,
  signal?: AbortSignal,
  path: Buffer = Buffer.alloc(0),
): Promise<void> {
  await writer.folder(path, from.stats);
  for (const name of await from.names()) {
    signal?.throwIfAborted();
    const stats = await from.look(name);
    const at = path.length === 0 ? name : Buffer.concat([path, Buffer.from('/'), name]);
    if (!stats) continue;
    if (from.isWhiteout(stats)) await writer.gone(at);
    else if (stats.isDirectory())
      await withFolder(from.folder(name), (inner) => copyLayer(inner, writer, signal, at));
    else if (stats.isSymbolicLink()) await writer.link(at, { folder: from, name, stats });
    else if (stats.isFile()) await writer.file(at, { folder: from, name, stats });
  }
}

async function writeEntry(writer: LayerWriter, path: string, entry: Entry): Promise<void> {
  if (entry.stats.isSymbolicLink()) await writer.link(pathBytes(path), entry);
  else if (entry.stats.isFile()) await writer.file(pathBytes(path), entry);
  else throw new Replaced();
}

function isFolder({ kind, type }: Change): boolean {
  return kind !== 'deleted' && type === 'folder';
}

async function inUpper(
  upper: OpenFolder,
  path: string,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  await withParent(upper, namesOf(path), async (folder, name) => {
    const stats = await folder.look(name);
    if (!stats) throw new Replaced();
    await work({ folder, name, stats });
  });
}
