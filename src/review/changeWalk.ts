import type { BigIntStats } from 'node:fs';
import { allEnded } from '../shared/allEnded.ts';
import { ShortTurns } from '../shared/shortTurns.ts';
import { looksBare } from './bareRepository.ts';
import { typeOf } from './change.ts';
import type { Entry, Place, WalkGuide } from './difference.ts';
import { DoubtfulFolders } from './doubtfulFolders.ts';
import { isDenied } from './fileErrors.ts';
import type { OpenFolder } from './openFolder.ts';
import { withFolder, withFolderAt } from './openFolder.ts';
import { contentOf, isSameEntry } from './entryContent.ts';
import { joined, namesOf } from './pathBytes.ts';
import { readProblem } from './readProblem.ts';
import { linkTarget } from './sameContent.ts';
import { SharedTurns } from './sharedTurns.ts';

/** More files at once do not make a disk quicker where they are compared. */
const atOnce = 32;
const foldersAtOnce = 8;

/** Finds how the view that an overlay gives differs from its lower layer, by what its upper layer holds. */
export class ChangeWalk {
  private readonly guide: WalkGuide;
  private readonly signal: AbortSignal | undefined;
  private readonly doubtful: DoubtfulFolders;
  private readonly folders = new SharedTurns(foldersAtOnce);
  private readonly turns = new ShortTurns();
  /** Whether nothing was changed so fast that it could not be looked at. */
  isWhole = true;

  constructor(guide: WalkGuide, signal?: AbortSignal) {
    this.guide = guide;
    this.doubtful = new DoubtfulFolders(guide);
    this.signal = signal;
  }

  async visit(upper: OpenFolder, lower: OpenFolder): Promise<void> {
    await this.lookInto(upper, lower, { path: '', isMoved: false });
    await this.lookForHidden(upper, lower);
  }

  /** `lower` is missing where the folder has nothing, or something else than a folder. */
  private async lookInto(
    upper: OpenFolder,
    lower: OpenFolder | undefined,
    { path, isMoved }: Omit<Place, 'inBare'>,
  ): Promise<void> {
    await this.turn();
    const names = await upper.names();
    const inBare = await looksBare(names, lower);
    const folders: (readonly [Entry, BigIntStats | undefined, Place])[] = [];
    let whiteouts = 0;
    await inParts(names, async (name) => {
      await this.turn();
      const [stats, below] = [upper.lookNow(name), lower?.lookNow(name)];
      if (!stats) return;
      const place = { path: joined(path, name), inBare, isMoved };
      const isGone = upper.isWhiteout(stats);
      if (isGone) whiteouts += 1;
      const shown = isGone ? below : stats;
      const isLeftOut = !shown || this.guide.leavesOut(place.path, shown.isDirectory());
      if (isLeftOut) return;
      if (stats.isDirectory()) folders.push([{ folder: upper, name, stats }, below, place]);
      else await this.lookAtFile({ folder: upper, name, stats }, lower, below, place).catch(this.noteChange);
    });
    await this.folders.run(folders, ([entry, below, place]) =>
      this.lookAtFolder(entry, lower, below, place).catch(this.noteChange),
    );
    // A folder in which something was removed by itself is the old one.
    if (!lower || path === '' || whiteouts > 0) return;
    await this.doubtful.note({ path, inBare, isMoved, stats: upper.stats }, names, lower);
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
    if (upper.folder.isWhiteout(stats)) {
      if (lower && below && !this.guide.isAccepted(place.path, undefined, below))
        await this.takeDeleted({ folder: lower, name, stats: below }, lower.stats.dev, place);
      return;
    }
    if (this.guide.isAccepted(place.path, stats, below)) return;
    const type = typeOf(stats);
    const target = type === 'link' ? { target: (await linkTarget(upper)).toString('latin1') } : {};
    const found = { ...place, type, ...target, upper: stats, ...(below && { lower: below }) };
    const special = type === 'special' ? ({ blocker: 'special' } as const) : {};
    if (!lower || !below) {
      this.guide.take({ ...found, ...contentOf(this.guide, upper), ...special, kind: 'added' });
      return;
    }
    if (below.dev !== lower.stats.dev) {
      this.guide.take({ ...found, kind: 'modified', blocker: 'mount' });
      return;
    }
    if (below.isDirectory()) await this.takeAllIn({ folder: lower, name, stats: below }, place);
    const same = await isSameEntry(this.guide, upper, { folder: lower, name, stats: below });
    if (same === true) return;
    const blocker = same === 'unreadable' ? ({ blocker: same } as const) : special;
    this.guide.take({ ...found, ...contentOf(this.guide, upper), ...blocker, kind: 'modified' });
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
          await withFolder(lower.folder(name), (innerLower) =>
            this.lookInto(inner, innerLower, this.inside(place, below)),
          );
        else await this.lookInto(inner, undefined, place);
      });
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.guide.take({ ...found, kind, blocker: 'unreadable' });
    }
  }

  /** What lies in a folder of the lower layer. */
  private inside(place: Place, lower: BigIntStats): Place {
    const wasMoved = this.guide.wasMoved(place.path, lower);
    return { ...place, isMoved: place.isMoved || wasMoved };
  }

  private async lookForHidden(upper: OpenFolder, lower: OpenFolder): Promise<void> {
    for (const place of await this.doubtful.hiding()) {
      const names = namesOf(place.path);
      await withFolderAt(upper, names, (inner) =>
        withFolderAt(lower, names, (innerLower) => this.takeRest(inner, innerLower, place)),
      ).catch(this.noteChange);
    }
  }

  private async takeRest(upper: OpenFolder, lower: OpenFolder, place: Place): Promise<void> {
    for await (const { name, stats, ...each } of this.doubtful.restOf(await upper.names(), lower, place.path))
      if (
        !this.guide.isAccepted(each.path, undefined, stats) &&
        !this.guide.leavesOut(each.path, stats.isDirectory())
      )
        await this.takeDeleted({ folder: lower, name, stats }, lower.stats.dev, { ...place, ...each });
  }

  private async takeDeleted(entry: Entry, device: bigint, place: Place): Promise<void> {
    const { stats } = entry;
    const found = { ...place, kind: 'deleted' as const, type: typeOf(stats), lower: stats };
    if (stats.dev !== device) {
      this.guide.take({ ...found, blocker: 'mount' });
      return;
    }
    this.guide.take(found);
    if (stats.isDirectory()) await this.takeAllIn(entry, place);
  }

  /** Nothing is left out of it: a folder is gone only when all that was in it is. */
  private async takeAllIn({ folder, name, stats: own }: Entry, place: Place): Promise<void> {
    const { path, isMoved } = this.inside(place, own);
    await withFolder(folder.folder(name), async (inner) => {
      const names = await inner.names();
      const inBare = await looksBare(names, undefined);
      for (const each of names) {
        await this.turn();
        const stats = inner.lookNow(each);
        if (stats)
          await this.takeDeleted({ folder: inner, name: each, stats }, folder.stats.dev, {
            ...{ path: joined(path, each), inBare, isMoved },
          });
      }
    });
  }

  private async turn(): Promise<void> {
    await this.turns.pause();
    this.signal?.throwIfAborted();
  }
}

/** A folder that is held open meanwhile is closed once all of a part have ended. */
async function inParts<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) await allEnded(items.slice(at, at + atOnce).map(work));
}
