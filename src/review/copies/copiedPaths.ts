import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../fileErrors.ts';
import { typeOf } from '../change.ts';
import type { BigIntStats } from 'node:fs';

/**
 * What was at a path when it was copied, in one word; `gone` for what was removed from the copy again, and `tried` where
 * nobody heard whether it was copied.
 */
type CopyStamp = string;

const gone = 'gone';
const tried = 'tried';

/** What of a folder its copy holds. Kept as lines of JSON, so that much of it is added without being written anew. */
export class CopiedPaths {
  private readonly file: string;
  private readonly stamps: Map<string, CopyStamp>;

  private constructor(file: string, stamps: Map<string, CopyStamp>) {
    this.file = file;
    this.stamps = stamps;
  }

  static async load(own: string): Promise<CopiedPaths> {
    const file = fileIn(own);
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
    return new CopiedPaths(file, new Map(text.split('\n').flatMap(parseLine)));
  }

  /** Forgets all of it. */
  static async forget(own: string): Promise<void> {
    await rm(fileIn(own), { force: true });
  }

  /** Whether the copy has something there. */
  has(path: string): boolean {
    return this.mayHave(path) && this.stamps.get(path) !== tried;
  }

  /** The same, and where a copy was broken off. */
  mayHave(path: string): boolean {
    const stamp = this.stamps.get(path);
    return stamp !== undefined && stamp !== gone;
  }

  hasFolder(path: string): boolean {
    return this.stamps.get(path)?.startsWith('folder ') === true;
  }

  isSame(path: string, stats: BigIntStats): boolean {
    return this.stamps.get(path) === copyStamp(stats);
  }

  /** All that was ever copied, also what was removed from the copy again. */
  *paths(): Iterable<string> {
    yield* this.stamps.keys();
  }

  /** Notes what is about to be copied, for whoever comes after a kill. */
  async trying(paths: readonly string[]): Promise<void> {
    await this.append(paths.map((path) => [path, tried]));
  }

  /** Notes what has been copied; `undefined` for what was removed from the copy. */
  async add(entries: readonly (readonly [path: string, stats: BigIntStats | undefined])[]): Promise<void> {
    const lines = entries.map(([path, stats]) => [path, stats ? copyStamp(stats) : gone] as const);
    await this.append(lines);
    for (const [path, stamp] of lines) this.stamps.set(path, stamp);
  }

  private async append(lines: readonly (readonly [string, CopyStamp])[]): Promise<void> {
    await appendFile(this.file, linesOf(lines));
  }

  /** Writes it anew with one line for each path. */
  async compact(): Promise<void> {
    await writeFile(`${this.file}.new`, linesOf([...this.stamps]));
    await rename(`${this.file}.new`, this.file);
  }
}

function linesOf(stamps: readonly (readonly [string, CopyStamp])[]): string {
  return stamps.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Whatever is done to a file or a link changes it; of a folder only owner and mode count. */
function copyStamp(stats: BigIntStats): CopyStamp {
  const { ino, size, mode, uid, gid, ctimeNs } = stats;
  const type = typeOf(stats);
  const own = type === 'folder' ? [mode, uid, gid] : [ino, size, mode, uid, gid, ctimeNs];
  return [type, ...own].join(' ');
}

/** The last line may have been cut off: what it speaks of is copied again. */
function parseLine(line: string): (readonly [string, CopyStamp])[] {
  if (line === '') return [];
  try {
    const [path, stamp] = JSON.parse(line) as unknown[];
    return typeof path === 'string' && typeof stamp === 'string' ? [[path, stamp]] : [];
  } catch {
    return [];
  }
}

function fileIn(own: string): string {
  return join(own, 'copied.ndjson');
}
