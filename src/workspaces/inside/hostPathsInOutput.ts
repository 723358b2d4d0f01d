import { workspaceFolder } from '../../isolation/imageVolumes.ts';

const inside = `${workspaceFolder}/`;
/** Characters before a path that tell whether it begins there. */
const context = 32;

/**
 * Output of a container with the paths of its `/workspace` as this machine has them, so that whoever looks for files in
 * it finds those of the folder. The text comes in pieces: the beginning of a path at the end of one waits for the next.
 */
export class HostPathsInOutput {
  private readonly folder: string;
  private before = '';
  private waiting = '';

  constructor(folder: string) {
    this.folder = folder.replace(/[/\\]+$/, '');
  }

  /** Whether something waits for the rest of a path. */
  get isWaiting(): boolean {
    return this.waiting !== '';
  }

  write(text: string): string {
    const all = this.before + this.waiting + text;
    const begun = all.length - pathBegun(all.slice(this.before.length));
    const end = beginsPath(all, begun) ? begun : all.length;
    this.waiting = all.slice(end);
    return this.take(all, end);
  }

  /** What waited, where no more comes for now. */
  flush(): string {
    const all = this.before + this.waiting;
    this.waiting = '';
    return this.take(all, all.length);
  }

  private take(all: string, end: number): string {
    let written = '';
    let at = this.before.length;
    for (let found = all.indexOf(inside, at); found >= 0 && found < end;) {
      if (beginsPath(all, found)) {
        written += all.slice(at, found) + this.folder;
        at = found + inside.length - 1;
      }
      found = all.indexOf(inside, found + 1);
    }
    written += all.slice(at, end);
    this.before = all.slice(Math.max(0, end - context), end);
    return written;
  }
}

/** How many characters at the end of a text may be the beginning of `/workspace/`. */
function pathBegun(text: string): number {
  for (let length = Math.min(inside.length - 1, text.length); length > 0; length--)
    if (inside.startsWith(text.slice(-length))) return length;
  return 0;
}

/** A path goes on from letters, dots and slashes before it; the end of an escape sequence and of `file://` is none. */
function beginsPath(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - context), at);
  if (!/[\p{L}\p{N}_.~/\\+@%-]$/u.test(before)) return true;
  // eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
  return /\u001b\[[\d;:]*[A-Za-z]$/.test(before) || before.endsWith('file://');
}
