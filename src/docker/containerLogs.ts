import { finished, type Readable } from 'node:stream';
import { Demultiplexer } from './demultiplexer.ts';
import type { EngineApi } from './engineApi.ts';
import { WithoutProbeAnswers } from './withoutProbeAnswers.ts';

/**
 * What the main process of a container printed, both streams as one, until `signal` aborts or the container is gone:
 * all of it, or what was printed of the last lines of the engine's log. Answers to a look from inside are left out.
 */
export function followedLogs(
  api: EngineApi,
  containerId: string,
  signal: AbortSignal,
  lastLines?: number,
): Promise<Readable> {
  return printed(api, containerId, { follow: true, tail: lastLines ?? 'all' }, signal);
}

/** The same up to now. */
export function lastLogs(api: EngineApi, containerId: string, lines: number): Promise<Readable> {
  return printed(api, containerId, { follow: false, tail: lines });
}

async function printed(
  api: EngineApi,
  containerId: string,
  query: { readonly follow: boolean; readonly tail: number | 'all' },
  signal?: AbortSignal,
): Promise<Readable> {
  const answer = await api.stream({
    method: 'GET',
    path: ['containers', containerId, 'logs'],
    query: { ...query, stdout: true, stderr: true },
    ...(signal && { signal }),
  });
  const outputs = new Demultiplexer({ merged: true });
  outputs.on('error', () => answer.destroy());
  answer.pipe(outputs);
  // However the connection ends, the reader sees an ordinary end.
  finished(answer, { writable: false }, () => outputs.end());
  outputs.stdout.once('close', () => {
    answer.destroy();
  });
  const lines = outputs.stdout.pipe(new WithoutProbeAnswers());
  lines.once('close', () => {
    outputs.stdout.destroy();
  });
  return lines;
}
