import type { BigIntStats } from 'node:fs';
import type { Place } from './difference.ts';
import type { OpenFolder } from './openFolder.ts';
import { joined } from './pathBytes.ts';

/** A folder of the upper layer in which the lower one has more. */
export interface DoubtfulFolder {
  readonly path: string;
  readonly stats: BigIntStats;
  /** Some of that more, where Cordon has put all of it there. */
  readonly put?: readonly { readonly path: string; readonly isLink: boolean }[];
}

/** Says what no layer tells. */
export interface DoubtGuide {
  /** Whether the view shows what the lower layer has in each of these folders by itself, by their paths. */
  showsBelow(folders: readonly DoubtfulFolder[]): Promise<ReadonlyMap<string, boolean>>;
  /** Whether Cordon put there what the lower layer has at a path, since the workspace got its view. */
  wasPut(path: string): boolean;
  /** Whether the folder had this when the workspace got its view. */
  wasThere(path: string, lower: BigIntStats): boolean;
}

/** So many that are not shown are no accident. */
const mostAsked = 3;

/**
 * The folders of which the layers do not tell whether they hide what the lower one has in them: that is shown, unless the
 * folder was removed and made anew, which is marked where only root can read it. They are asked about all at once.
 */
export class DoubtfulFolders {
  private readonly guide: DoubtGuide;
  private readonly folders: (DoubtfulFolder & Place)[] = [];

  constructor(guide: DoubtGuide) {
    this.guide = guide;
  }

  /** Notes a folder in which the upper layer has these names, where the lower one has more. */
  async note(
    folder: Place & { readonly stats: BigIntStats },
    names: readonly Buffer[],
    lower: OpenFolder,
  ): Promise<void> {
    const put: { readonly path: string; readonly isLink: boolean }[] = [];
    for await (const { path, stats } of this.restOf(names, lower, folder.path)) {
      if (!this.guide.wasPut(path)) {
        this.folders.push(folder);
        return;
      }
      put.push({ path, isLink: stats.isSymbolicLink() });
    }
    if (put.length === 0) return;
    put.sort((a, b) => Number(a.isLink) - Number(b.isLink));
    this.folders.push({ ...folder, put: put.slice(0, mostAsked) });
  }

  /** Gives those that hide what is below, or that are there no more. */
  async hiding(): Promise<readonly Place[]> {
    if (this.folders.length === 0) return [];
    const shown = await this.guide.showsBelow(this.folders);
    return this.folders.filter(({ path }) => shown.get(path) === false);
  }

  /** What only the lower layer has in a folder in which the upper one has these names. */
  async *restOf(
    names: readonly Buffer[],
    lower: OpenFolder,
    folder: string,
  ): AsyncGenerator<{ readonly name: Buffer; readonly path: string; readonly stats: BigIntStats }> {
    const known = new Set(names.map((name) => name.toString('latin1')));
    for (const name of await lower.names()) {
      if (known.has(name.toString('latin1'))) continue;
      const stats = await lower.look(name);
      const path = joined(folder, name);
      // What came up later, the workspace may have looked for in vain, and its view remembers that.
      if (stats && this.guide.wasThere(path, stats)) yield { name, path, stats };
    }
  }
}
