import type { BigIntStats } from 'node:fs';
import { foldersAbove } from '../../isolation/folderScan.ts';
import { layers } from './copyState.ts';
import type { FolderEntry } from './folderEntries.ts';
import type { LayerPack } from './layerPack.ts';

/**
 * Writes into the layer of what was changed since a folder was copied. Each folder in it lies over one of the first layer:
 * an overlay hides its marks of what is gone only in folders that it merges.
 */
export class LaterLayer {
  private readonly packing: LayerPack;
  private readonly folders: ReadonlyMap<string, BigIntStats>;
  private readonly written = new Set<string>();

  /** `folders` has every folder on the way to what is written. */
  constructor(packing: LayerPack, folders: ReadonlyMap<string, BigIntStats>) {
    this.packing = packing;
    this.folders = folders;
  }

  /** To be called before an entry is written. A folder that is new comes with the paths in it that are gone. */
  async prepare({ path, stats }: FolderEntry, goneInNew: readonly string[] | undefined): Promise<void> {
    await this.way(path);
    if (!goneInNew) return;
    await this.packing.folder(`${layers.first}/${path}`, stats);
    await this.folder(path, stats);
    for (const each of goneInNew) await this.packing.gone(`${layers.later}/${each}`);
  }

  /** Marks what the folder has no more. */
  async gone(path: string): Promise<void> {
    await this.way(path);
    await this.packing.gone(`${layers.later}/${path}`);
  }

  /** What an engine makes by itself on the way to something is root's. */
  private async way(path: string): Promise<void> {
    for (const each of foldersAbove([path])) {
      const stats = this.folders.get(each);
      if (stats) await this.folder(each, stats);
    }
  }

  private async folder(path: string, stats: BigIntStats): Promise<void> {
    if (this.written.has(path)) return;
    this.written.add(path);
    await this.packing.folder(`${layers.later}/${path}`, stats);
  }
}

/** The folders among entries, by their paths. */
export function foldersOf(entries: readonly FolderEntry[]): ReadonlyMap<string, BigIntStats> {
  return new Map(entries.filter(({ stats }) => stats.isDirectory()).map(({ path, stats }) => [path, stats]));
}

/** The folder around a path; empty for the outermost one. */
export function above(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
