import { IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type Docker from 'dockerode';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import {
  answerNotUnderstood,
  connectionError,
  EngineRefusal,
  refusalError,
  type CallSubject,
} from './engineErrors.ts';
import { withDeadline } from './deadline.ts';
import { whileSent } from './sentArchive.ts';

export interface EngineCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Parts of the path, encoded by the call: a name can never reach another path. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** A tar archive in place of a body. What is left of a stream when the call is over is destroyed. */
  readonly archive?: Buffer | Readable;
  /** Until the answer begins (a stream) or has ended; 30,000 when missing, no limit when 0. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly about?: CallSubject;
}

interface Modem {
  dial(options: object, callback: (error: Error | null, answer: IncomingMessage | Duplex) => void): void;
}

const maxAnswerBytes = 64 * 1024 * 1024;
/** All of them count as an answer to the modem, so that bodies are read here: bounded, and noticed when cut off. */
const anyStatus = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [index + 100, true]));

/** Calls to one engine through dockerode's modem: every one with a limit in time, every failure a `CordonError`. */
export class EngineApi {
  /** When the engine last answered, in milliseconds of `performance.now()`. */
  heardAtMs = 0;
  private readonly modem: Modem;

  constructor(docker: Docker) {
    this.modem = docker.modem as Modem;
  }

  /** Calls and reads the JSON answer; `undefined` for an empty one. */
  json(call: EngineCall): Promise<unknown> {
    return limited(call, async (sent, signal) => {
      const text = (await readBody(await this.accepted(sent, signal))).toString();
      return text === '' ? undefined : parseJson(text, call);
    });
  }

  /** Calls and hands out the answer as soon as its head has come. The caller ends it; `signal` breaks it off. */
  stream(call: EngineCall): Promise<IncomingMessage> {
    return limited(call, (sent, signal) => this.accepted(sent, signal));
  }

  /** Calls and takes over the connection in both directions. */
  hijack(call: EngineCall): Promise<Duplex> {
    return limited(call, async (sent, signal) => {
      const answer = await this.dial(sent, signal, true);
      if (!(answer instanceof IncomingMessage)) return answer;
      await refuseUnlessOk(answer, call);
      answer.destroy();
      throw answerNotUnderstood('/' + call.path.join('/'));
    });
  }

  private async accepted(call: EngineCall, signal: AbortSignal): Promise<IncomingMessage> {
    const answer = await this.dial(call, signal, false);
    if (!(answer instanceof IncomingMessage)) throw answerNotUnderstood('/' + call.path.join('/'));
    await refuseUnlessOk(answer, call);
    return answer;
  }

  private dial(call: EngineCall, signal: AbortSignal, hijack: boolean): Promise<IncomingMessage | Duplex> {
    return new Promise((resolve, reject) => {
      if (leadsElsewhere(call.path)) {
        reject(refusalError(new EngineRefusal(400, l10n.t('this name is not allowed')), call.about));
        return;
      }
      this.modem.dial(
        {
          method: call.method,
          path: `/${call.path.map(encodeURIComponent).join('/')}?`,
          options: { _query: call.query ?? {}, _body: call.body ?? {} },
          ...(call.archive && { file: call.archive }),
          abortSignal: signal,
          isStream: true,
          hijack,
          statusCodes: anyStatus,
        },
        (error, answer) => {
          if (error) {
            reject(error);
            return;
          }
          this.heardAtMs = performance.now();
          // A broken connection is noticed by whoever reads; without any listener it would end the process.
          answer.on('error', () => undefined);
          resolve(answer);
        },
      );
    });
  }
}

type Work<T> = (call: EngineCall, signal: AbortSignal) => Promise<T>;

async function limited<T>(call: EngineCall, work: Work<T>): Promise<T> {
  const { archive } = call;
  if (archive === undefined || Buffer.isBuffer(archive)) return await withLimit(call, work);
  return await whileSent(archive, call.signal, (body, signal) =>
    withLimit({ ...call, archive: body, signal }, work),
  );
}

async function withLimit<T>(call: EngineCall, work: Work<T>): Promise<T> {
  try {
    return await withDeadline(call.timeoutMs ?? 30_000, call.signal, (signal) => work(call, signal));
  } catch (error) {
    throw connectionError(error);
  }
}

/** An engine answers a path with such parts by a redirect to the path that it means, which the modem would follow. */
function leadsElsewhere(path: readonly string[]): boolean {
  return path.flatMap((part) => part.split('/')).some((part) => part === '' || part === '.' || part === '..');
}

async function refuseUnlessOk(answer: IncomingMessage, call: EngineCall): Promise<void> {
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return;
  const text = (await readBody(answer)).subarray(0, 4096).toString();
  throw refusalError(new EngineRefusal(status, messageOf(text)), call.about);
}

function messageOf(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null && 'message' in answer) return String(answer.message);
  } catch {
    // Not JSON: a proxy or a very old engine, whose words are used as they are.
  }
  return text;
}

function parseJson(text: string, call: EngineCall): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw answerNotUnderstood('/' + call.path.join('/'), error);
  }
}

async function readBody(answer: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxAnswerBytes)
      throw new CordonError('engineFailed', l10n.t('The engine’s answer is too long.'));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
