import type { BigIntStats } from 'node:fs';
import { chmod, chown, lchown, mkdir, symlink } from 'node:fs/promises';
import { copyFile } from '../copyFile.ts';
import type { Entry } from '../difference.ts';
import type { EntryForm } from '../entryForm.ts';
import { isClosed, openedMode } from '../putEntry.ts';
import { linkTarget, withFile } from '../sameContent.ts';
import { whiteoutsOf, type Whiteouts } from '../whiteouts.ts';

const slash = Buffer.from('/');

/**
 * Writes a layer of an overlay into a folder that nobody else has: everything on the way to what it writes it has made
 * itself, so there are no links to follow.
 */
export class LayerWriter {
  private readonly root: Buffer;
  private readonly form: EntryForm;
  private readonly whiteouts: Whiteouts;
  /** The modes of folders that are open to their owner only until the end. */
  private readonly closed: { readonly at: Buffer; readonly mode: number }[] = [];

  /** `path` is of a folder that is there, and empty. Beside it `draft` is used until the end. */
  constructor({ path, form }: { readonly path: string; readonly form: EntryForm }, draft: string) {
    this.root = Buffer.from(path);
    this.form = form;
    this.whiteouts = whiteoutsOf(form, draft);
  }

  async folder(path: Buffer, stats: BigIntStats): Promise<void> {
    const at = this.at(path);
    if (path.length > 0) await mkdir(at, { mode: 0o700 });
    await own(at, stats);
    const mode = Number(stats.mode & 0o777n);
    if (isClosed(mode)) this.closed.push({ at, mode });
    await chmod(at, openedMode(mode));
  }

  async link(path: Buffer, entry: Entry): Promise<void> {
    const at = this.at(path);
    await symlink(await linkTarget(entry), at);
    if (process.getuid?.() === 0) await lchown(at, Number(entry.stats.uid), Number(entry.stats.gid));
  }

  async file(path: Buffer, entry: Entry): Promise<void> {
    const { stats } = entry;
    const traits = { mode: Number(stats.mode), owner: stats };
    await withFile(entry, (from) => copyFile({ from, stats }, this.at(path), traits));
  }

  /** Marks that what the folder has there is gone. */
  async gone(path: Buffer): Promise<void> {
    await this.whiteouts.put(this.at(path));
  }

  async end(): Promise<void> {
    await this.whiteouts.end();
    // what is in one that is closed could not be found any more
    for (const { at, mode } of this.closed.splice(0).reverse()) await chmod(at, mode);
  }

  private at(path: Buffer): Buffer {
    if (path.length === 0) return this.root;
    // One character for each byte.
    const names = path.toString('latin1').split('/');
    const onDisk = names.map((name) => this.form.onDisk(Buffer.from(name, 'latin1')));
    return Buffer.concat([this.root, ...onDisk.flatMap((name) => [slash, name])]);
  }
}

async function own(at: Buffer, { uid, gid }: BigIntStats): Promise<void> {
  if (process.getuid?.() === 0) await chown(at, Number(uid), Number(gid));
}
