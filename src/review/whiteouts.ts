import { execFile } from 'node:child_process';
import { link, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { mirrorForm, type EntryForm } from './entryForm.ts';
import { Fifos } from './fifos.ts';

/** Marks in a layer that something was removed. */
export interface Whiteouts {
  /** Only for a path at which nothing is. */
  put(at: Buffer): Promise<void>;
  /** To be called when no more are put. */
  end(): Promise<void>;
}

/** What a layer of this form needs; `draft` is a path on the same disk that nobody else uses. */
export function whiteoutsOf(form: EntryForm, draft: string): Whiteouts {
  return form === mirrorForm ? new FifoWhiteouts(draft) : new DeviceWhiteouts(draft);
}

class FifoWhiteouts implements Whiteouts {
  private readonly drafts: string;
  private fifos: Fifos | undefined;

  constructor(drafts: string) {
    this.drafts = drafts;
  }

  async put(at: Buffer): Promise<void> {
    if (!this.fifos) {
      await this.end();
      await mkdir(this.drafts, { mode: 0o700 });
      this.fifos = new Fifos(this.drafts, 'gone');
    }
    await rename(join(this.drafts, await this.fifos.next()), at);
  }

  async end(): Promise<void> {
    await rm(this.drafts, { recursive: true, force: true });
  }
}

/** No disk has more names for one file than this. */
const mostLinks = 30_000;

/** They are names of one device. */
class DeviceWhiteouts implements Whiteouts {
  private readonly device: string;
  private links = mostLinks;

  constructor(device: string) {
    this.device = device;
  }

  async put(at: Buffer): Promise<void> {
    if (this.links >= mostLinks) await this.makeDevice();
    this.links += 1;
    await link(this.device, at);
  }

  async end(): Promise<void> {
    await rm(this.device, { force: true });
  }

  /** Node makes no devices; the kernel lets everybody make the one with the number 0/0. */
  private async makeDevice(): Promise<void> {
    await this.end();
    try {
      await promisify(execFile)('mknod', ['--', this.device, 'c', '0', '0']);
    } catch (error) {
      throw noWhiteouts(error);
    }
    this.links = 0;
  }
}

function noWhiteouts(cause: unknown): CordonError {
  return new CordonError(
    'storageFailed',
    l10n.t('A snapshot with removed files cannot be kept here: this machine makes no marks of removals.'),
    cause,
  );
}
