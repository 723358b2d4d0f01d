import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** So many are made by one program at most. */
const mostAtOnce = 256;
/** By who may open it, a FIFO in a mirror is the mark of a removal, or stands for what is never opened. */
const modes = { gone: '000', special: '600' } as const;

/** Makes FIFOs in a folder, which Node does not. */
export class Fifos {
  private readonly folder: string;
  private readonly kind: keyof typeof modes;
  private waiting: readonly string[] = [];
  private made = 0;

  constructor(folder: string, kind: keyof typeof modes) {
    this.folder = folder;
    this.kind = kind;
  }

  /** The name of one in the folder, for whoever takes it away from there. */
  async next(): Promise<string> {
    const [fifo, ...rest] = this.waiting.length > 0 ? this.waiting : await this.make();
    if (fifo === undefined) throw new TypeError('At least one is made at once.');
    this.waiting = rest;
    return fifo;
  }

  /** The more there were, the more are made at once. */
  private async make(): Promise<readonly string[]> {
    const count = Math.min(Math.max(this.made, 1), mostAtOnce);
    const names = Array.from({ length: count }, (_, index) => `${this.kind}-${this.made + index}`);
    this.made += count;
    const paths = names.map((name) => join(this.folder, name));
    await promisify(execFile)('mkfifo', ['-m', modes[this.kind], '--', ...paths]);
    return names;
  }
}
