import { randomBytes } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isMissing } from './fileErrors.ts';
import type { KnownPaths } from './knownPaths.ts';

const stored = z.array(
  z.tuple([
    z.string(),
    z.strictObject({
      /** Which folder it was; missing for one that may have come there later. */
      identity: z.optional(z.string()),
      /** Missing where it may have been changed before. */
      mode: z.optional(z.int()),
    }),
  ]),
);

type SeenFolder = z.output<typeof stored>[number][1];

/** Nobody moves that many. */
const mostSeen = 20_000;

/**
 * Which folder was at a path, and with which mode, when that was looked at first: whoever moves a folder as a whole changes
 * nothing of what is in it, and what is done in it later covers up when it came.
 */
export class SeenFolders {
  private readonly file: string;
  private readonly folders: Map<string, SeenFolder>;
  private readonly sinceNs: bigint;
  private readonly known: Pick<KnownPaths, 'get'>;
  private isChanged = false;

  private constructor(
    file: string,
    folders: Map<string, SeenFolder>,
    { sinceNs, known }: { readonly sinceNs: bigint; readonly known: Pick<KnownPaths, 'get'> },
  ) {
    this.file = file;
    this.folders = folders;
    this.sinceNs = sinceNs;
    this.known = known;
  }

  /** Those of a view, kept in `own`, that has been there since then, by the clock of the kernel. */
  static async load(
    own: string,
    view: { readonly sinceNs: bigint; readonly known: Pick<KnownPaths, 'get'> },
  ): Promise<SeenFolders> {
    const file = join(own, 'folders.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '[]';
      throw error;
    });
    return new SeenFolders(file, new Map(z.parse(stored, JSON.parse(text))), view);
  }

  /** Whether the folder at a path may be another one than the workspace was given, or one that was changed as such. */
  isAnother(path: string, stats: BigIntStats): boolean {
    const identity = `${stats.ino} ${stats.birthtimeNs}`;
    const isOurs = this.known.get(path)?.lower?.inode === String(stats.ino);
    const seen = this.folders.get(path);
    if (seen && !isOurs) return seen.identity !== identity;
    const isLater = stats.ctimeNs >= this.sinceNs;
    // A change of its entries sets both of its times.
    const isMoved =
      !isOurs && (stats.birthtimeNs >= this.sinceNs || (isLater && stats.mtimeNs < stats.ctimeNs));
    if (seen?.identity !== identity)
      this.note(path, { ...(!isMoved && { identity }), ...(!isLater && { mode: modeOf(stats) }) });
    return isMoved;
  }

  /** Whether a folder has another mode than the workspace was given it with; `undefined` where that is not known. */
  hasOtherMode(path: string, stats: BigIntStats): boolean | undefined {
    const mode = this.known.get(path)?.lower?.mode ?? this.folders.get(path)?.mode;
    return mode === undefined ? undefined : mode !== modeOf(stats);
  }

  /** To be called when they were looked at. */
  async save(): Promise<void> {
    if (!this.isChanged) return;
    // Others may look at the same changes at the same time.
    const draft = `${this.file}.${randomBytes(4).toString('hex')}`;
    try {
      await writeFile(draft, JSON.stringify([...this.folders]));
      await rename(draft, this.file);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    this.isChanged = false;
  }

  private note(path: string, seen: SeenFolder): void {
    if (this.folders.size >= mostSeen) return;
    this.folders.set(path, seen);
    this.isChanged = true;
  }
}

function modeOf(stats: BigIntStats): number {
  return Number(stats.mode & 0o7777n);
}
