import { Readable, Writable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

const headerBytes = 8;

/**
 * Takes an engine's multiplexed stream apart into standard output and standard error.
 * It keeps no more than a frame's header: payload is passed on as it comes, and writing to it pauses
 * while a reader is behind. Both outputs have to be read.
 */
export class Demultiplexer extends Writable {
  readonly stdout: Readable;
  /** The same as `stdout` when merged. */
  readonly stderr: Readable;
  private readonly header = Buffer.alloc(headerBytes);
  private headerLength = 0;
  private target: Readable | undefined;
  private left = 0;
  private resumeWriting: (() => void) | undefined;

  constructor(options: { readonly merged?: boolean } = {}) {
    super({ decodeStrings: true });
    const output = () =>
      new Readable({
        read: () => {
          this.readersReady();
        },
        // A reader that goes away must not hold up the other output.
        destroy: (error, done) => {
          this.readersReady();
          done(error);
        },
      });
    this.stdout = output();
    this.stderr = options.merged ? this.stdout : output();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    let isFull = false;
    let at = 0;
    while (at < chunk.length) {
      if (this.left === 0) {
        at += this.takeHeader(chunk, at);
        if (this.headerLength < headerBytes) break;
        if (!this.openFrame()) {
          done(new CordonError('engineFailed', l10n.t('The engine’s output stream is damaged.')));
          return;
        }
        continue;
      }
      const payload = chunk.subarray(at, at + this.left);
      at += payload.length;
      this.left -= payload.length;
      if (this.target && !this.target.destroyed && !this.target.push(payload)) isFull = true;
    }
    if (isFull) this.resumeWriting = done;
    else done();
  }

  override _final(done: () => void): void {
    this.endOutputs();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.endOutputs();
    done(error);
  }

  private endOutputs(): void {
    for (const output of new Set([this.stdout, this.stderr])) {
      if (!output.readableEnded && !output.destroyed) output.push(null);
    }
  }

  private takeHeader(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.header, this.headerLength, at, at + headerBytes - this.headerLength);
    this.headerLength += copied;
    return copied;
  }

  /** False for a header that no engine sends. Kind 3 is the engine's own word about an error. */
  private openFrame(): boolean {
    const kind = this.header[0] ?? 255;
    this.headerLength = 0;
    this.left = this.header.readUInt32BE(4);
    this.target = kind === 0 || kind === 1 ? this.stdout : this.stderr;
    return kind <= 3;
  }

  private readersReady(): void {
    const resume = this.resumeWriting;
    this.resumeWriting = undefined;
    resume?.();
  }
}
