import { setTimeout as delay } from 'node:timers/promises';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-languageclient/node';
import { Allowance } from '../../shared/allowance.ts';
import { frame, MessageFrames, ProtocolFailure } from '../../languageServers/frames.ts';
import { parseMessage, type RpcMessage } from '../../languageServers/json.ts';
import type { MessageGate } from '../../languageServers/messageGate.ts';
import type { Passage } from '../../languageServers/passage.ts';
import type { Session } from '../../workspaces/session.ts';

/** A server that does not read what it is sent has so many bytes of it kept, and is given up then. */
const mostUnsentBytes = 64 * 1024 * 1024;
/** A server sends so many messages and bytes at once, and so many in each second; above that it has to wait. */
const messages = { burst: 3000, perSecond: 500 } as const;
const bytes = { burst: 64 * 1024 * 1024, perSecond: 16 * 1024 * 1024 } as const;

/** The window tells of an edit in two steps that follow each other at once. */
const longestWaitMs = 50;
const waitMs = 5;

/** The streams of a server in a container, with a gate between it and the language client. */
export class ServerConnection {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  /** Why there is no connection any more; resolves once. */
  readonly closed: Promise<string>;
  private readonly session: Session;
  private readonly gate: MessageGate;
  private readonly incoming: IncomingMessages;
  private resolveClosed: (why: string) => void = () => undefined;
  /** Messages of the window pass in their order, whichever has to wait. */
  private lastPassage: Promise<Passage> = Promise.resolve({});
  private unsentBytes = 0;
  private isClosed = false;

  constructor(session: Session, gate: MessageGate) {
    this.session = session;
    this.gate = gate;
    this.closed = new Promise((resolve) => {
      this.resolveClosed = resolve;
    });
    this.incoming = new IncomingMessages((deliver) => {
      void this.read(deliver);
    });
    this.reader = this.incoming;
    this.writer = new OutgoingMessages((message) => this.write(message));
  }

  /** Reads no more of what the server sends. */
  end(why: string): void {
    this.close(why);
    this.session.stdout.destroy();
  }

  private close(why: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.resolveClosed(why);
    this.incoming.end();
  }

  private async write(message: RpcMessage): Promise<void> {
    this.lastPassage = this.lastPassage.then(() => this.pass(message));
    await this.carry(await this.lastPassage, (back) => {
      // Nobody expects an answer before they have sent the question.
      setImmediate(() => {
        this.incoming.deliver(back);
      });
    });
  }

  private async pass(message: RpcMessage): Promise<Passage> {
    for (let waitedMs = 0; waitedMs < longestWaitMs && this.gate.mustWait(message); waitedMs += waitMs)
      await delay(waitMs);
    return this.gate.fromClient(message);
  }

  private async read(deliver: (message: RpcMessage) => void): Promise<void> {
    const frames = new MessageFrames();
    const messageAllowance = new Allowance(messages.burst, messages.perSecond);
    const byteAllowance = new Allowance(bytes.burst, bytes.perSecond);
    try {
      for await (const chunk of this.session.stdout as AsyncIterable<Buffer>)
        for (const content of frames.read(chunk)) {
          const waitMs = Math.max(messageAllowance.take(1), byteAllowance.take(content.length));
          if (waitMs > 0) await delay(waitMs, undefined, { ref: false });
          if (this.isClosed) return;
          const { onward, back } = this.gate.fromServer(parseMessage(content));
          if (onward) deliver(onward);
          if (back) void this.send(back);
        }
      this.close('its output ended');
    } catch (error) {
      this.end(error instanceof ProtocolFailure ? `it sent ${error.message}` : 'its output was lost');
    }
  }

  private async carry({ onward, back }: Passage, deliverBack: (message: RpcMessage) => void): Promise<void> {
    if (back) deliverBack(back);
    if (onward) await this.send(onward);
  }

  private async send(message: RpcMessage): Promise<void> {
    if (this.isClosed) return;
    const framed = frame(message);
    this.unsentBytes += framed.length;
    if (this.unsentBytes > mostUnsentBytes) {
      this.end('it does not read what it is sent');
      return;
    }
    await new Promise<void>((resolve) => {
      this.session.stdin.write(framed, () => {
        this.unsentBytes -= framed.length;
        resolve();
      });
    });
  }
}

class IncomingMessages extends AbstractMessageReader implements MessageReader {
  private readonly start: (deliver: (message: RpcMessage) => void) => void;
  private callback: DataCallback | undefined;

  constructor(start: (deliver: (message: RpcMessage) => void) => void) {
    super();
    this.start = start;
  }

  listen(callback: DataCallback): Disposable {
    this.callback = callback;
    this.start((message) => {
      this.deliver(message);
    });
    return { dispose: () => (this.callback = undefined) };
  }

  deliver(message: RpcMessage): void {
    this.callback?.(message);
  }

  end(): void {
    this.fireClose();
  }
}

class OutgoingMessages extends AbstractMessageWriter implements MessageWriter {
  private readonly carry: (message: RpcMessage) => Promise<void>;

  constructor(carry: (message: RpcMessage) => Promise<void>) {
    super();
    this.carry = carry;
  }

  async write(message: Message): Promise<void> {
    await this.carry(message as RpcMessage);
  }

  end(): void {
    // The session is ended by whoever opened it.
  }
}
