import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Change, Stamp } from '../change.ts';
import type { OpenFolder } from '../openFolder.ts';
import { readProblem } from '../readProblem.ts';
import { readListed } from './readListed.ts';

/** Nobody merges larger files by hand. */
const mostBytes = 512 * 1024;
const mostKept = 20_000;
const mostBytesOfAll = 256 * 1024 * 1024;

/**
 * What files of the folder held when a workspace changed them and nobody else had: the third side of a merge once somebody
 * has. Kept as long as the view is, in a folder of its own; a file that is missing there only makes a merge less good.
 */
export class KeptBases {
  private readonly folder: string;

  /** `own` is where what belongs to a view is kept. */
  constructor(own: string) {
    this.folder = join(own, 'bases');
  }

  /** Keeps what is new of the files that were modified; one in conflict keeps the base that it has. */
  async keep(changes: readonly Change[], lower: OpenFolder, signal?: AbortSignal): Promise<void> {
    const wanted = changes.filter(
      ({ kind, type, conflict, lower: had }) =>
        kind === 'modified' &&
        type === 'file' &&
        !conflict &&
        had?.type === 'file' &&
        Number(had.size) <= mostBytes,
    );
    if (wanted.length === 0) return;
    await this.make();
    const names = new Map((await readdir(this.folder)).map((name) => [name.slice(0, 64), name]));
    let bytes = 0;
    for (const { path, lower: had } of wanted.slice(0, mostKept)) {
      signal?.throwIfAborted();
      if (!had || (bytes += Number(had.size)) > mostBytesOfAll) return;
      const kept = names.get(keyOf(path));
      if (kept === nameOf(path, had)) continue;
      const content = await readListed(lower, path, had).catch(undefinedIfGone);
      if (!content) continue;
      await this.write(nameOf(path, had), content);
      if (kept !== undefined) await rm(join(this.folder, kept), { force: true });
    }
  }

  /** Keeps this in the place of what was kept. */
  async put(path: string, stamp: Stamp, content: Buffer): Promise<void> {
    await this.make();
    await this.drop(path);
    await this.write(nameOf(path, stamp), content);
  }

  /** Gives `undefined` where nothing was kept. */
  async read(path: string): Promise<Buffer | undefined> {
    const [name] = await this.namesOf(path);
    return name === undefined ? undefined : await readFile(join(this.folder, name));
  }

  async drop(path: string): Promise<void> {
    for (const name of await this.namesOf(path)) await rm(join(this.folder, name), { force: true });
  }

  private async namesOf(path: string): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.filter((name) => name.startsWith(keyOf(path)));
  }

  private async write(name: string, content: Buffer): Promise<void> {
    const draft = join(this.folder, `new-${randomBytes(8).toString('hex')}`);
    await writeFile(draft, content, { mode: 0o600 });
    await rename(draft, join(this.folder, name));
  }

  /** Only where there is a view: it may have gone meanwhile. */
  private async make(): Promise<void> {
    await mkdir(this.folder, { mode: 0o700 }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

function keyOf(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}

function nameOf(path: string, { inode, changedNs }: Stamp): string {
  return `${keyOf(path)}-${inode}-${changedNs}`;
}

function undefinedIfGone(error: unknown): undefined {
  if (readProblem(error) === undefined) throw error;
}
