import { Transform, type TransformCallback } from 'node:stream';
import { withoutQueries } from './withoutQueries.ts';

/** Bytes of the first line, and of what was printed before, beyond which it is not a holder that speaks. */
const longestLine = 64;
const longestReplay = 1024 * 1024;

/** Reads what a holder says first, and hands on what its terminal prints. Fails where that is not how a holder begins. */
export class HeldOutput extends Transform {
  /** The place in all that the terminal ever printed up to which this was read. */
  position = 0;
  /** Whether a holder spoke at all. */
  hasBegun = false;
  private line = Buffer.alloc(0);
  private replay: Buffer[] | undefined;
  private replayLeft = 0;
  private readonly isForNewTerminal: boolean;
  private readonly onBegin: () => void;

  /** For a new terminal, what was printed before is shown anew; it must not be asked anything once more. */
  constructor(options: { readonly isForNewTerminal: boolean; readonly onBegin: () => void }) {
    super();
    this.isForNewTerminal = options.isForNewTerminal;
    this.onBegin = options.onBegin;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const rest = this.hasBegun ? chunk : this.begin(chunk);
    if (rest === 'wrong') {
      done(new Error('What began was no holder of a terminal.'));
      return;
    }
    if (rest.length > 0) this.handOn(rest);
    done();
  }

  private begin(chunk: Buffer): Buffer | 'wrong' {
    const all = Buffer.concat([this.line, chunk]);
    const end = all.indexOf('\n');
    if (end < 0 || end > longestLine) {
      this.line = all;
      return all.length > longestLine ? 'wrong' : Buffer.alloc(0);
    }
    const [, position, length] = /^cordon (\d{1,15}) (\d{1,9})$/.exec(all.toString('latin1', 0, end)) ?? [];
    if (position === undefined || Number(length) > longestReplay) return 'wrong';
    this.position = Number(position);
    this.replayLeft = this.isForNewTerminal ? Number(length) : 0;
    if (this.replayLeft > 0) this.replay = [];
    this.hasBegun = true;
    this.onBegin();
    return all.subarray(end + 1);
  }

  private handOn(chunk: Buffer): void {
    this.position += chunk.length;
    if (!this.replay) {
      this.push(chunk);
      return;
    }
    const old = chunk.subarray(0, this.replayLeft);
    this.replay.push(old);
    this.replayLeft -= old.length;
    if (this.replayLeft > 0) return;
    this.push(withoutQueries(Buffer.concat(this.replay)));
    this.replay = undefined;
    if (chunk.length > old.length) this.push(chunk.subarray(old.length));
  }
}
