/** A message may have so many bytes: what is announced to be longer is not even read. */
export const largestMessageBytes = 16 * 1024 * 1024;
const largestHeaderBytes = 4096;
const headerEnd = Buffer.from('\r\n\r\n');

/** What a server sends is no language server protocol. */
export class ProtocolFailure extends Error {
  override readonly name = 'ProtocolFailure';
}

/** Takes a stream of bytes apart into the contents of messages, each under a header with its length. */
export class MessageFrames {
  private header = Buffer.alloc(0);
  private content: Buffer | undefined;
  private filled = 0;

  /** The contents that this piece of the stream completes. Throws a `ProtocolFailure` for what is no message. */
  *read(chunk: Buffer): Generator<Buffer, void> {
    for (let rest = chunk; rest.length > 0;) {
      rest = this.content ? this.fill(this.content, rest) : this.open(rest);
      const whole = this.content;
      if (this.filled !== whole?.length) continue;
      this.content = undefined;
      this.filled = 0;
      yield whole;
    }
  }

  /** What was read towards a message that is not whole yet. */
  get pendingBytes(): number {
    return this.header.length + this.filled;
  }

  private fill(content: Buffer, rest: Buffer): Buffer {
    const copied = rest.copy(content, this.filled);
    this.filled += copied;
    return rest.subarray(copied);
  }

  private open(rest: Buffer): Buffer {
    const before = this.header.length;
    const header = Buffer.concat([this.header, rest.subarray(0, largestHeaderBytes)]);
    const end = header.indexOf(headerEnd);
    if (end < 0) {
      if (header.length >= largestHeaderBytes) throw new ProtocolFailure('a header that does not end');
      this.header = header;
      return rest.subarray(header.length - before);
    }
    this.content = Buffer.allocUnsafe(contentLength(header.toString('latin1', 0, end)));
    this.filled = 0;
    this.header = Buffer.alloc(0);
    return rest.subarray(end + headerEnd.length - before);
  }
}

/** A message with its header, ready to be sent. */
export function frame(message: unknown): Buffer {
  const content = Buffer.from(JSON.stringify(message));
  return Buffer.concat([Buffer.from(`Content-Length: ${content.length}\r\n\r\n`, 'latin1'), content]);
}

function contentLength(header: string): number {
  const digits = /^content-length: *(\d{1,12}) *$/im.exec(header)?.[1];
  if (digits === undefined) throw new ProtocolFailure('a header without a length');
  const length = Number(digits);
  if (length > largestMessageBytes) throw new ProtocolFailure(`a message of ${length} bytes`);
  return length;
}
