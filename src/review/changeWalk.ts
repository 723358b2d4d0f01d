import type { BigIntStats } from 'node:fs';
import { looksBare } from './bareRepository.ts';
import { isWhiteout, typeOf, type Blocker, type EntryType } from './change.ts';
import { isDenied } from './fileErrors.ts';
import type { OpenFolder } from './openFolder.ts';
import { withFolder } from './openFolder.ts';
import { pathText } from './pathBytes.ts';
import { readProblem } from './readProblem.ts';
import { linkTarget, Replaced } from './sameContent.ts';

/** A difference as it lies on the disk. */
export interface Difference {
  readonly path: string;
  readonly kind: 'added' | 'modified' | 'deleted';
  readonly type: EntryType;
  readonly upper?: BigIntStats;
  readonly lower?: BigIntStats;
  readonly blocker?: Blocker;
  /** What a symbolic link of the workspace leads to, as it is written. */
  readonly target?: string;
  /** It lies directly in what git takes for a repository without a working tree. */
  readonly inBare: boolean;
}

/** What a walk is told of what it finds. */
export interface WalkGuide {
  /** Whether the view shows what the lower layer has at a path, although the upper one has nothing there but the folder. */
  isShown(path: string, lower: BigIntStats, folder: BigIntStats): Promise<boolean>;
  /** Whether the folder had this when the workspace got its view. */
  wasThere(path: string, lower: BigIntStats): boolean;
  /** Whether both are the same to a person, of two files or two links. */
  isSame(upper: Entry, lower: Entry): Promise<boolean>;
  /** Whether what the upper layer has at a path was accepted as it is; `undefined` for nothing at all. Asked once about each. */
  isAccepted(path: string, upper: BigIntStats | undefined, lower: BigIntStats | undefined): boolean;
  /** Whether a difference is left out, with all that is in it. Asked once about each that there is. */
  leavesOut(path: string, isFolder: boolean): boolean;
  take(difference: Difference): void;
}

/** Something in a folder that is held open. */
export interface Entry {
  readonly folder: OpenFolder;
  readonly name: Buffer;
  readonly stats: BigIntStats;
}

interface Place {
  readonly path: string;
  readonly inBare: boolean;
}

/** More of them at once do not make a disk quicker. */
const atOnce = 32;
/** So many that are not shown are no accident. */
const mostAsked = 3;

/** Finds how the view that an overlay gives differs from its lower layer, by what its upper layer holds. */
export class ChangeWalk {
  private readonly guide: WalkGuide;
  private readonly signal: AbortSignal | undefined;
  /** Whether nothing was changed so fast that it could not be looked at. */
  isWhole = true;

  constructor(guide: WalkGuide, signal?: AbortSignal) {
    this.guide = guide;
    this.signal = signal;
  }

  /** `lower` is missing where the folder has nothing, or something else than a folder. */
  async visit(upper: OpenFolder, lower: OpenFolder | undefined, path = ''): Promise<void> {
    this.signal?.throwIfAborted();
    const names = await upper.names();
    const inBare = await looksBare(names, lower);
    const folders: (readonly [Entry, BigIntStats | undefined, Place])[] = [];
    let hasWhiteouts = false;
    await inTurns(names, async (name) => {
      const [stats, below] = await Promise.all([upper.look(name), lower?.look(name)]);
      if (!stats) return;
      const place = { path: joined(path, name), inBare };
      const isGone = isWhiteout(stats);
      hasWhiteouts ||= isGone;
      const shown = isGone ? below : stats;
      if (!shown || this.guide.leavesOut(place.path, shown.isDirectory())) return;
      if (stats.isDirectory()) folders.push([{ folder: upper, name, stats }, below, place]);
      else await this.lookAtFile({ folder: upper, name, stats }, lower, below, place).catch(this.noteChange);
    });
    for (const [entry, below, place] of folders)
      await this.lookAtFolder(entry, lower, below, place).catch(this.noteChange);
    if (lower) await this.lookAtRest({ upper, lower, names, hasWhiteouts, path, inBare });
  }

  /** A workspace that runs may put something else anywhere at any moment. */
  private readonly noteChange = (error: unknown): void => {
    if (readProblem(error) !== 'conflict' && (error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
    this.isWhole = false;
  };

  private async lookAtFile(
    upper: Entry,
    lower: OpenFolder | undefined,
    below: BigIntStats | undefined,
    place: Place,
  ): Promise<void> {
    const { name, stats } = upper;
    if (isWhiteout(stats)) {
      if (lower && below && !this.guide.isAccepted(place.path, undefined, below))
        await this.takeDeleted({ folder: lower, name, stats: below }, lower.stats.dev, place);
      return;
    }
    if (this.guide.isAccepted(place.path, stats, below)) return;
    const type = typeOf(stats);
    const target = type === 'link' ? { target: (await linkTarget(upper)).toString('latin1') } : {};
    const found = { ...place, type, ...target, upper: stats, ...(below && { lower: below }) };
    // none of them is ever made, replaced or removed
    const isSpecial = type === 'special' || (below !== undefined && typeOf(below) === 'special');
    const special = isSpecial ? ({ blocker: 'special' } as const) : {};
    if (!lower || !below) {
      this.guide.take({ ...found, ...special, kind: 'added' });
      return;
    }
    if (below.dev !== lower.stats.dev) {
      this.guide.take({ ...found, kind: 'modified', blocker: 'mount' });
      return;
    }
    if (below.isDirectory()) await this.takeAllIn({ folder: lower, name, stats: below }, place);
    const same = await this.isSame(upper, { folder: lower, name, stats: below });
    if (same === true) return;
    const blocker = same === 'unreadable' ? ({ blocker: same } as const) : special;
    this.guide.take({ ...found, ...blocker, kind: 'modified' });
  }

  private async isSame(upper: Entry, lower: Entry): Promise<boolean | 'unreadable'> {
    if (typeOf(upper.stats) !== typeOf(lower.stats)) return false;
    if (((upper.stats.mode ^ lower.stats.mode) & 0o777n) !== 0n && upper.stats.isFile()) return false;
    try {
      return await this.guide.isSame(upper, lower);
    } catch (error) {
      if (isDenied(error)) return 'unreadable';
      // Whatever it was, it is another one now.
      if (error instanceof Replaced) return false;
      throw error;
    }
  }

  private async lookAtFolder(
    { folder: upper, name, stats }: Entry,
    lower: OpenFolder | undefined,
    below: BigIntStats | undefined,
    place: Place,
  ): Promise<void> {
    const isFolder = below?.isDirectory() === true;
    const found = { ...place, type: 'folder' as const, upper: stats, ...(below && { lower: below }) };
    const kind = below ? 'modified' : 'added';
    if (lower && below && below.dev !== lower.stats.dev) {
      this.guide.take({ ...found, kind, blocker: 'mount' });
      return;
    }
    const isChanged = !isFolder || ((stats.mode ^ below.mode) & 0o777n) !== 0n;
    if (isChanged && !this.guide.isAccepted(place.path, stats, below)) this.guide.take({ ...found, kind });
    try {
      await withFolder(upper.folder(name), async (inner) => {
        if (lower && isFolder)
          await withFolder(lower.folder(name), (innerLower) => this.visit(inner, innerLower, place.path));
        else await this.visit(inner, undefined, place.path);
      });
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.guide.take({ ...found, kind, blocker: 'unreadable' });
    }
  }

  /**
   * What only the lower layer has is shown, unless the folder was removed and made anew: that is marked where only root
   * can read it, so the view is asked. Where something was removed by itself, the folder is the old one.
   */
  private async lookAtRest(at: {
    readonly upper: OpenFolder;
    readonly lower: OpenFolder;
    readonly names: readonly Buffer[];
    readonly hasWhiteouts: boolean;
    readonly path: string;
    readonly inBare: boolean;
  }): Promise<void> {
    const { upper, lower, path, inBare } = at;
    if (path === '' || at.hasWhiteouts) return;
    const known = new Set(at.names.map((name) => name.toString('latin1')));
    const rest: (readonly [Entry, Place])[] = [];
    await inTurns(await lower.names(), async (name) => {
      if (known.has(name.toString('latin1'))) return;
      const stats = await lower.look(name);
      const place = { path: joined(path, name), inBare };
      // What came up later, the workspace may have looked for in vain, and its view remembers that.
      if (stats && this.guide.wasThere(place.path, stats)) rest.push([{ folder: lower, name, stats }, place]);
    });
    const rank = ([{ stats }]: (typeof rest)[number]) => Number(stats.isSymbolicLink());
    for (const [{ stats }, place] of rest.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostAsked))
      if (await this.guide.isShown(place.path, stats, upper.stats)) return;
    for (const [entry, place] of rest)
      if (
        !this.guide.isAccepted(place.path, undefined, entry.stats) &&
        !this.guide.leavesOut(place.path, entry.stats.isDirectory())
      )
        await this.takeDeleted(entry, lower.stats.dev, place);
  }

  private async takeDeleted(entry: Entry, device: bigint, place: Place): Promise<void> {
    const { stats } = entry;
    const found = { ...place, kind: 'deleted' as const, type: typeOf(stats), lower: stats };
    if (stats.dev !== device) {
      this.guide.take({ ...found, blocker: 'mount' });
      return;
    }
    this.guide.take(found.type === 'special' ? { ...found, blocker: 'special' } : found);
    if (stats.isDirectory()) await this.takeAllIn(entry, place);
  }

  /** Nothing is left out of it: a folder is gone only when all that was in it is. */
  private async takeAllIn({ folder, name }: Entry, { path }: Place): Promise<void> {
    this.signal?.throwIfAborted();
    await withFolder(folder.folder(name), async (inner) => {
      const names = await inner.names();
      const inBare = await looksBare(names, undefined);
      for (const each of names) {
        const stats = await inner.look(each);
        if (stats)
          await this.takeDeleted({ folder: inner, name: each, stats }, folder.stats.dev, {
            path: joined(path, each),
            inBare,
          });
      }
    });
  }
}

function joined(path: string, name: Buffer): string {
  return path === '' ? pathText(name) : `${path}/${pathText(name)}`;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) await Promise.all(items.slice(at, at + atOnce).map(work));
}
