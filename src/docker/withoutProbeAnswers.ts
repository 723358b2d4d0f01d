import { Transform, type TransformCallback } from 'node:stream';
import { firstLine, isAnswerLine, lastLine } from '../isolation/probe/probeAnswer.ts';

/** No line of an answer is longer, so that what has no end is passed on. */
const longestHeldBack = 16_384;

/**
 * Passes on what a main process printed but for what it answered to a look from inside, for that is in a container's log
 * as well. Only lines are left out that such an answer can have: nothing else can be hidden by printing its first line.
 */
export class WithoutProbeAnswers extends Transform {
  /** Characters are bytes here. */
  private line = '';
  private isInAnswer = false;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const [first = '', ...others] = chunk.toString('latin1').split('\n');
    let shown = '';
    this.line += first;
    for (const next of others) {
      if (this.isShown(this.line)) shown += `${this.line}\n`;
      this.line = next;
    }
    if (!this.isHeldBack()) {
      shown += this.line;
      this.line = '';
    }
    done(null, Buffer.from(shown, 'latin1'));
  }

  override _flush(done: TransformCallback): void {
    done(null, Buffer.from(this.line, 'latin1'));
  }

  private isShown(line: string): boolean {
    const wasInAnswer = this.isInAnswer;
    this.isInAnswer = line === firstLine || (wasInAnswer && isAnswerLine(line));
    return !this.isInAnswer && !(wasInAnswer && line === lastLine);
  }

  /** A line that has only begun is passed on at once, unless it may become one of an answer. */
  private isHeldBack(): boolean {
    if (this.line.length > longestHeldBack) return false;
    return this.isInAnswer || (this.line !== '' && firstLine.startsWith(this.line));
  }
}
