import { stampOf, type Change } from '../change.ts';
import type { KnownPaths } from '../knownPaths.ts';
import { withFolder, type OpenFolder } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';

/** What a workspace has written, and what of it is the folder's own. */
export interface Written {
  readonly upper: OpenFolder;
  readonly known: Pick<KnownPaths, 'isAccepted'>;
  readonly changes: readonly Change[];
}

/** Tells which paths a workspace left as the folder had them, so that another state of the folder can take their place. */
export class Untouched {
  private readonly written: Written;
  private readonly changes: ReadonlyMap<string, Change>;

  constructor(written: Written) {
    this.written = written;
    this.changes = new Map(written.changes.map((change) => [change.path, change]));
  }

  /** `isFolder`: whether a folder is to take the place. */
  async has(path: string, isFolder: boolean): Promise<boolean> {
    if (this.changes.has(path)) return false;
    return await this.isFree(this.written.upper, namesOf(path), '', isFolder);
  }

  private async isFree(
    folder: OpenFolder,
    [name, ...rest]: readonly Buffer[],
    above: string,
    isFolder: boolean,
  ): Promise<boolean> {
    if (!name) return isFolder;
    const stats = await folder.look(name);
    if (!stats) return true;
    const path = above === '' ? name.toString() : `${above}/${name.toString()}`;
    if (this.changes.get(path)?.kind === 'deleted') return false;
    if (stats.isDirectory())
      return await withFolder(folder.folder(name), (inner) => this.isFree(inner, rest, path, isFolder));
    // Something else stands where the folder has a folder.
    if (rest.length > 0) return false;
    return this.written.known.isAccepted(path, folder.isWhiteout(stats) ? undefined : stampOf(stats));
  }
}
