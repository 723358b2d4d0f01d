import { mkdir, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { mirrorForm } from '../entryForm.ts';
import { isNameRefused } from '../fileErrors.ts';
import { OpenFolder, withFolder, withParent } from '../openFolder.ts';
import { pathBytes, pathText } from '../pathBytes.ts';
import { linkTarget, withFile } from '../sameContent.ts';
import { LayerBudget, usualLimits, type LayerLimits } from './layerBudget.ts';
import { enterFolder, FolderTrail, removeEntry, settleFolder, type Owner } from './mirrorFolders.ts';
import { chunksOf, isReadable, MirrorWriter, type MirrorPlace } from './mirrorWriter.ts';
import { CutOff, namesInLayer, readLayer, type LayerEntry } from './readLayer.ts';

/** A folder that the archive had, and what it had in it. */
interface SeenFolder extends Owner {
  readonly mode: number;
  readonly entries: Map<string, SeenFolder | 'other'>;
}

/** How a mirror follows its layer. */
export interface MirrorRules {
  readonly limits?: LayerLimits;
  /** Whether files that this process may not look into are written anew, for nothing tells whether they are the same. */
  readonly closedAnew?: boolean;
}

/** The longest target that Linux takes. */
const mostTargetBytes = 4095;

/**
 * Makes a folder on this machine hold what a layer in the engine holds, by a tar archive of it. What is the same already is
 * left untouched, so that it keeps its inode and its times. `scratch` is a path beside it for what is not whole yet.
 */
export async function mirrorLayer(
  archive: Readable,
  upper: string,
  scratch: string,
  signal?: AbortSignal,
  { limits = usualLimits, closedAnew = false }: MirrorRules = {},
): Promise<{ readonly leftOut: number }> {
  const clear = () => rm(scratch, { recursive: true, force: true });
  try {
    await clear();
    await mkdir(scratch, { mode: 0o700 });
    return await withFolder(OpenFolder.at(upper, mirrorForm), (root) =>
      withFolder(OpenFolder.at(scratch), async (drafts) => {
        const writer = new MirrorWriter(scratch, drafts, closedAnew);
        const mirror = new Mirror(root, writer, new LayerBudget(limits), signal);
        return { leftOut: await mirror.follow(archive) };
      }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    archive.destroy();
    await clear();
  }
}

/** Follows one archive. */
class Mirror {
  private readonly root: OpenFolder;
  private readonly writer: MirrorWriter;
  private readonly budget: LayerBudget;
  private readonly signal: AbortSignal | undefined;
  private readonly trail: FolderTrail;
  private readonly seen: SeenFolder['entries'] = new Map();
  private mode: number | undefined;

  constructor(root: OpenFolder, writer: MirrorWriter, budget: LayerBudget, signal?: AbortSignal) {
    this.root = root;
    this.writer = writer;
    this.budget = budget;
    this.signal = signal;
    this.trail = new FolderTrail(root);
  }

  /** Gives how many entries have no place in the mirror. */
  async follow(archive: Readable): Promise<number> {
    let leftOut = 0;
    try {
      for await (const entry of readLayer(archive, this.budget, this.signal))
        if (!(await this.take(entry))) leftOut += 1;
      // An archive of anything else would empty the mirror.
      if (this.mode === undefined) throw new CutOff();
    } catch (error) {
      this.trail.close();
      // Folders that were opened up are closed again all the same; why it failed is what counts.
      await this.settle(this.root, this.seen, false).catch(() => undefined);
      throw error;
    }
    this.trail.close();
    await this.settle(this.root, this.seen, true);
    await settleFolder(this.root, (this.mode & 0o777) | 0o700);
    return leftOut;
  }

  private async take(entry: LayerEntry): Promise<boolean> {
    const { names, mode, uid, gid } = entry;
    if (!names) return false;
    const [name, above] = [names.at(-1), names.slice(0, -1)];
    if (name === undefined) {
      if (entry.kind === 'folder') this.mode = mode;
      return entry.kind === 'folder';
    }
    // What is in the mirror from earlier on is no way to anything before the archive has it.
    const seen = this.entriesOf(above);
    if (!seen) return false;
    const place = { folder: await this.trail.to(above), name: pathBytes(name) };
    if (!(await this.put(entry, place).catch(falseIfRefused))) return false;
    const entries = this.entriesOf(names) ?? new Map<string, SeenFolder | 'other'>();
    seen.set(name, entry.kind === 'folder' ? { mode: mode & 0o777, uid, gid, entries } : 'other');
    return true;
  }

  private async put(entry: LayerEntry, place: MirrorPlace): Promise<boolean> {
    switch (entry.kind) {
      case 'folder':
        await this.writer.folder(place);
        return true;
      case 'file':
        await this.writer.file(place, entry, entry.content);
        return true;
      case 'hardLink':
        return await this.putSame(entry, place);
      case 'link':
        if (!isTarget(entry.target)) return false;
        await this.writer.link(place, pathBytes(entry.target), entry);
        return true;
      case 'whiteout':
        await this.writer.whiteout(place);
        return true;
      case 'special':
        await this.writer.special(place);
        return true;
      case undefined:
        return false;
    }
  }

  /** Puts what is at another place already. Overlays make their whiteouts as hard links of each other, too. */
  private async putSame(entry: LayerEntry, place: MirrorPlace): Promise<boolean> {
    const names = namesInLayer(entry.target);
    const name = names?.at(-1);
    if (!names || name === undefined || this.entriesOf(names.slice(0, -1))?.get(name) !== 'other')
      return false;
    const path = names.map(pathBytes);
    return await withParent(this.root, path, async (folder, same) => {
      const stats = await folder.look(same);
      if (!stats) return false;
      if (folder.isWhiteout(stats)) await this.writer.whiteout(place);
      else if (stats.isSymbolicLink())
        await this.writer.link(place, await linkTarget({ folder, name: same }), entry);
      else if (stats.isFIFO()) await this.writer.special(place);
      else if (!stats.isFile() || !isReadable(stats)) return false;
      else {
        const size = Number(stats.size);
        this.budget.takeBytes(names.join('/'), size);
        await withFile({ folder, name: same, stats }, (file) =>
          this.writer.file(place, { ...entry, size }, this.untilAborted(chunksOf(file, 0, size))),
        );
      }
      return true;
    });
  }

  private async *untilAborted(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      this.signal?.throwIfAborted();
      yield chunk;
    }
  }

  /** What the archive had in a folder so far; `undefined` where it had no folder. */
  private entriesOf(names: readonly string[]): SeenFolder['entries'] | undefined {
    let entries = this.seen;
    for (const name of names) {
      const next = entries.get(name);
      if (next === undefined || next === 'other') return undefined;
      entries = next.entries;
    }
    return entries;
  }

  /** Removes what the archive did not have, where it is whole, and gives folders their modes, innermost first. */
  private async settle(folder: OpenFolder, seen: SeenFolder['entries'], isWhole: boolean): Promise<void> {
    if (isWhole) {
      this.signal?.throwIfAborted();
      for (const name of await folder.names()) if (!seen.has(pathText(name))) await removeEntry(folder, name);
    }
    for (const [name, inner] of seen)
      if (inner !== 'other')
        await withFolder(enterFolder(folder, pathBytes(name)), async (each) => {
          await this.settle(each, inner.entries, isWhole);
          await settleFolder(each, inner.mode, inner);
        });
  }
}

/** The disk has no room for such a name. */
function falseIfRefused(error: unknown): false {
  if (isNameRefused(error)) return false;
  throw error;
}

function isTarget(target: string): boolean {
  return target !== '' && !target.includes('\0') && pathBytes(target).length <= mostTargetBytes;
}
