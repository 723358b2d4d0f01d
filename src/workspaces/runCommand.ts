import type { Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { CordonError } from '../shared/errors.ts';
import type { Session, SessionRequest } from './session.ts';
import type { ExecOptions, ExecResult } from './workspace.ts';

/** Bytes kept of each output stream; what comes after is read and dropped. */
export const keptOutputBytes = 16 * 1024 * 1024;

const commandSchema = z.array(z.string()).check(z.minLength(1));

/** Runs a command to its end and collects what it prints. An abort of `signal` ends the process inside the container. */
export async function runCommand(
  open: (request: SessionRequest) => Promise<Session>,
  command: readonly string[],
  options: ExecOptions,
  signal: AbortSignal,
): Promise<ExecResult> {
  if (!z.safeParse(commandSchema, command).success)
    throw new CordonError('invalidRequest', l10n.t('A command is a list of words, and cannot be empty.'));
  const startedAt = performance.now();
  const session = await open({
    kind: 'command',
    command,
    stdin: options.stdin !== undefined,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.env && { env: options.env }),
    ...(options.user !== undefined && { user: options.user }),
  });
  const end = () => {
    void session.end();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  try {
    if (options.stdin !== undefined) {
      // A process that ends without reading its input is no failure.
      session.stdin.on('error', () => undefined);
      session.stdin.end(options.stdin);
    }
    const [stdout, stderr, exitCode] = await Promise.all([
      collect(session.stdout),
      collect(session.stderr),
      session.exitCode,
    ]);
    signal.throwIfAborted();
    return {
      exitCode,
      stdout: stdout.text,
      stderr: stderr.text,
      durationMs: performance.now() - startedAt,
      truncated: stdout.truncated || stderr.truncated,
    };
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function collect(stream: Readable): Promise<{ text: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let room = keptOutputBytes;
  let truncated = false;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    truncated ||= chunk.length > room;
    if (room > 0) chunks.push(chunk.subarray(0, room));
    room -= Math.min(room, chunk.length);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), truncated };
}
