import { execFile } from 'node:child_process';
import type { BigIntStats } from 'node:fs';
import { chmod, chown, lchown, link, mkdir, open, rm, symlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { Entry } from '../difference.ts';
import { copyContent } from '../entryState.ts';
import { isSameFile, linkTarget, Replaced, withFile } from '../sameContent.ts';

/** No disk has more names for one file than this. */
const mostLinks = 30_000;

/**
 * Writes a layer of an overlay into a folder that nobody else has: everything on the way to what it writes it has made
 * itself, so there are no links to follow.
 */
export class LayerWriter {
  private readonly root: Buffer;
  private readonly mark: string;
  private links = mostLinks;

  /** `root` is there, and empty. Removals are marked by names of one device, whose first one is at `mark` until the end. */
  constructor(root: string, mark: string) {
    this.root = Buffer.from(root);
    this.mark = mark;
  }

  async folder(path: Buffer, stats: BigIntStats): Promise<void> {
    const at = this.at(path);
    if (path.length > 0) await mkdir(at, { mode: 0o700 });
    await own(at, stats);
    await chmod(at, Number(stats.mode & 0o777n));
  }

  async link(path: Buffer, entry: Entry): Promise<void> {
    const at = this.at(path);
    await symlink(await linkTarget(entry), at);
    if (process.getuid?.() === 0) await lchown(at, Number(entry.stats.uid), Number(entry.stats.gid));
  }

  async file(path: Buffer, entry: Entry): Promise<void> {
    await withFile(entry, async (from) => {
      const to = await open(this.at(path), 'wx', 0o600);
      try {
        await copyContent(from, to);
        if (!isSameFile(await from.stat({ bigint: true }), entry.stats)) throw new Replaced();
        const { uid, gid, mode, mtime } = entry.stats;
        if (process.getuid?.() === 0) await to.chown(Number(uid), Number(gid));
        await to.chmod(Number(mode & 0o777n));
        await to.utimes(mtime, mtime);
      } finally {
        await to.close();
      }
    });
  }

  /** Marks that what the folder has there is gone. */
  async gone(path: Buffer): Promise<void> {
    if (this.links >= mostLinks) await this.makeMark();
    this.links += 1;
    await link(this.mark, this.at(path));
  }

  async end(): Promise<void> {
    await rm(this.mark, { force: true });
  }

  /** Node makes no devices; the kernel lets everybody make the one with the number 0/0. */
  private async makeMark(): Promise<void> {
    await this.end();
    try {
      await promisify(execFile)('mknod', ['--', this.mark, 'c', '0', '0']);
    } catch (error) {
      throw noWhiteouts(error);
    }
    this.links = 0;
  }

  private at(path: Buffer): Buffer {
    return path.length === 0 ? this.root : Buffer.concat([this.root, Buffer.from('/'), path]);
  }
}

async function own(at: Buffer, { uid, gid }: BigIntStats): Promise<void> {
  if (process.getuid?.() === 0) await chown(at, Number(uid), Number(gid));
}

function noWhiteouts(cause: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    l10n.t('A snapshot with removed files cannot be kept here: this machine makes no marks of removals.'),
    cause,
  );
}
