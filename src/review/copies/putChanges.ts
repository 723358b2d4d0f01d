import type { BigIntStats } from 'node:fs';
import * as l10n from '@vscode/l10n';
import type { OpenCopy } from '../../workspaces/engineCopies.ts';
import type { Operation } from '../../workspaces/operations.ts';
import { withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';
import type { CopiedPaths } from './copiedPaths.ts';
import { layers } from './copyState.ts';
import type { FolderEntries, FolderEntry } from './folderEntries.ts';
import { above, foldersOf, LaterLayer } from './laterLayer.ts';
import { LayerPack } from './layerPack.ts';

/** Where what was changed is put, and what is there already. */
interface Target {
  readonly copy: OpenCopy;
  readonly folder: OpenFolder;
  readonly copied: CopiedPaths;
  readonly operation: Pick<Operation, 'signal' | 'progress'>;
  /** Whole folders go to the first layer, from which nothing can be taken again; changes go to the one above. */
  readonly layer: 'first' | 'later';
}

/** What is sent at once: so much is sent again where a copy is broken off. */
const mostEntries = 5000;
const mostBytes = 256 * 1024 ** 2;

/** Puts into a layer of a copy what the folder has and the copy has not, piece by piece, and notes each piece before and after. */
export async function putChanges(target: Target, { entries }: FolderEntries): Promise<void> {
  await putEntries(target, entries);
  if (target.layer === 'later') await takeAway(target, entries);
}

/** Puts into a layer what of these the copy has not; folders come before what is in them. */
export async function putEntries(target: Target, entries: readonly FolderEntry[]): Promise<void> {
  const { copied, operation } = target;
  const changed = entries.filter(({ path, stats }) => !copied.isSame(path, stats));
  const marks = marksBelow(changed, target);
  const folders = foldersOf(entries);
  const allBytes = changed.reduce((sum, entry) => sum + bytesOf(entry), 0);
  let bytes = 0;
  for (const piece of pieces(changed)) {
    operation.signal.throwIfAborted();
    await putPiece(target, piece, folders, marks);
    bytes += piece.reduce((sum, entry) => sum + bytesOf(entry), 0);
    operation.progress(
      l10n.t('Copying the folder to the engine: {0} of {1} MiB', mebibytes(bytes), mebibytes(allBytes)),
      allBytes === 0 ? 1 : bytes / allBytes,
    );
  }
}

/**
 * A folder that came back would show again what lies below it since it was first copied. By folders, the paths in them that
 * are to be marked as gone anew.
 */
function marksBelow(
  changed: readonly FolderEntry[],
  { copied, layer }: Target,
): ReadonlyMap<string, readonly string[]> {
  const marks = new Map<string, string[]>();
  if (layer === 'first') return marks;
  for (const { path, stats } of changed)
    if (stats.isDirectory() && !copied.hasFolder(path)) marks.set(path, []);
  const comes = new Set(changed.map(({ path }) => path));
  for (const path of copied.paths())
    if (!copied.has(path) && !comes.has(path)) marks.get(above(path))?.push(path);
  return marks;
}

async function putPiece(
  target: Target,
  piece: readonly FolderEntry[],
  folders: ReadonlyMap<string, BigIntStats>,
  marks: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const { copy, copied, folder, operation, layer } = target;
  const done: FolderEntry[] = [];
  await copied.trying(piece.map(({ path }) => path));
  await copy.put(
    LayerPack.archiveOf(async (packing) => {
      const writer = layer === 'later' ? new LaterLayer(packing, folders) : undefined;
      for (const entry of piece) {
        await writer?.prepare(entry, marks.get(entry.path));
        if (await packEntry(packing, folder, `${layers[layer]}/${entry.path}`, entry)) done.push(entry);
      }
    }),
    operation.signal,
  );
  await copied.add(done.map(({ path, stats }) => [path, stats]));
}

/** Gives false for what was changed meanwhile or cannot be read, which the next time tells. */
export async function packEntry(
  packing: LayerPack,
  folder: OpenFolder,
  name: string,
  { path, stats }: FolderEntry,
): Promise<boolean> {
  if (stats.isDirectory()) {
    await packing.folder(name, stats);
    return true;
  }
  try {
    return await withParent(folder, namesOf(path), async (parent, last) => {
      const entry = { folder: parent, name: last, stats };
      if (stats.isFile()) return await packing.file(name, entry);
      await packing.link(name, entry);
      return true;
    });
  } catch (error) {
    if (readProblem(error) === undefined && !isNoLink(error)) throw error;
    return false;
  }
}

/** Marks what the folder has no more. `entries` are all that it has. */
async function takeAway(target: Target, entries: readonly FolderEntry[]): Promise<void> {
  const { copied } = target;
  const there = new Set(entries.map(({ path }) => path));
  const gone = [...copied.paths()].filter((path) => copied.mayHave(path) && !there.has(path));
  await markGoneInCopy(target, gone, foldersOf(entries));
}

/** Below a folder that went or became something else nothing needs a mark. `folders` has every folder on the way. */
export async function markGoneInCopy(
  { copy, copied, operation }: Pick<Target, 'copy' | 'copied' | 'operation'>,
  gone: readonly string[],
  folders: ReadonlyMap<string, BigIntStats>,
): Promise<void> {
  const marked = gone.filter((path) => !path.includes('/') || folders.has(above(path)));
  if (marked.length > 0)
    await copy.put(
      LayerPack.archiveOf(async (packing) => {
        const writer = new LaterLayer(packing, folders);
        for (const path of marked) await writer.gone(path);
      }),
      operation.signal,
    );
  if (gone.length > 0) await copied.add(gone.map((path) => [path, undefined]));
}

function* pieces(entries: readonly FolderEntry[]): Iterable<readonly FolderEntry[]> {
  let piece: FolderEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    piece.push(entry);
    bytes += bytesOf(entry);
    if (piece.length < mostEntries && bytes < mostBytes) continue;
    yield piece;
    piece = [];
    bytes = 0;
  }
  if (piece.length > 0) yield piece;
}

function isNoLink(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EINVAL';
}

function bytesOf({ stats }: FolderEntry): number {
  return stats.isFile() ? Number(stats.size) : 0;
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 1024 ** 2).toLocaleString('en');
}
