import { cp, lstat, mkdir, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../../shared/errors.ts';

const manifest = z.object({ from: z.string(), at: z.string() });

/** Something that was moved out of a folder. */
export interface Quarantined {
  readonly id: string;
  /** Where it was, an absolute path. */
  readonly from: string;
  /** Where it is now. */
  readonly path: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Keeps what was moved out of folders, where no container reaches it and from where it can be put back. */
export class Quarantine {
  private readonly folder: string;
  private readonly whileStill: <T>(folder: string, work: () => Promise<T>) => Promise<T>;

  /** `whileStill` does something while everybody who could change a folder is held still. */
  constructor(folder: string, whileStill: <T>(folder: string, work: () => Promise<T>) => Promise<T>) {
    this.folder = folder;
    this.whileStill = whileStill;
  }

  /** Moves a path of a folder here. Whoever could change the folder must be held still meanwhile. */
  async take(root: string, path: string): Promise<Quarantined> {
    const from = join(root, path);
    if ((await realpath(dirname(from))) !== dirname(from)) throw notTaken(from);
    const id = crypto.randomUUID();
    const at = new Date().toISOString();
    const place = join(this.folder, id);
    const to = join(place, basename(from));
    await mkdir(place, { recursive: true, mode: 0o700 });
    await writeFile(join(place, 'cordon-quarantine.json'), JSON.stringify({ from, at }));
    try {
      await move(from, to);
    } catch (error) {
      await rm(place, { recursive: true, force: true });
      throw error;
    }
    return { id, from, path: to, at };
  }

  /**
   * Puts something back to where it was, while nobody can put a symbolic link in the place of a folder on the way.
   * Rejects with `conflict` when something else is there now, and with `folderForbidden` when its folder is not.
   */
  async restore({ id, from, path }: Quarantined): Promise<void> {
    const above = dirname(from);
    await this.whileStill(above, async () => {
      if ((await realpath(above).catch(() => undefined)) !== above) throw notPutBack(from);
      if (await lstat(from).catch(() => undefined)) throw notFree(from);
      await move(path, from);
    });
    await rm(join(this.folder, id), { recursive: true });
  }

  /** Removes something for good. */
  async remove(id: string): Promise<void> {
    if ((await this.list()).some((kept) => kept.id === id))
      await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** Oldest first; what cannot be read is left out. */
  async list(): Promise<readonly Quarantined[]> {
    const found: Quarantined[] = [];
    for (const id of await readdir(this.folder).catch(() => [])) {
      const text = await readFile(join(this.folder, id, 'cordon-quarantine.json'), 'utf8').catch(
        () => 'null',
      );
      const parsed = z.safeParse(manifest, parse(text));
      if (!parsed.success) continue;
      const { from, at } = parsed.data;
      found.push({ id, from, at, path: join(this.folder, id, basename(from)) });
    }
    return found.sort((a, b) => a.at.localeCompare(b.at));
  }
}

/** To another disk it is copied, links as links, and removed after that. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true, verbatimSymlinks: true, errorOnExist: true, force: false });
    await rm(from, { recursive: true, force: true });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function notTaken(path: string): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t('{0} was not moved, for a folder above it is a symbolic link.', JSON.stringify(path)),
  );
}

function notPutBack(path: string): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t(
      '{0} was not put back, for a folder above it is gone or is a symbolic link now.',
      JSON.stringify(path),
    ),
  );
}

function notFree(path: string): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('There is something else at {0} now. Move it away first.', JSON.stringify(path)),
  );
}
