import { finished, type Readable } from 'node:stream';
import { Demultiplexer } from './demultiplexer.ts';
import type { EngineApi } from './engineApi.ts';
import { WithoutProbeAnswers } from './withoutProbeAnswers.ts';

/**
 * What the main process of a container printed, both streams as one, until `signal` aborts or the container is gone:
 * all of it, or what was printed of the last lines of the engine's log. Answers to a look from inside are left out.
 */
export async function followedLogs(
  api: EngineApi,
  containerId: string,
  signal: AbortSignal,
  lastLines?: number,
): Promise<Readable> {
  const answer = await api.stream({
    method: 'GET',
    path: ['containers', containerId, 'logs'],
    query: { follow: true, stdout: true, stderr: true, tail: lastLines ?? 'all' },
    signal,
  });
  const outputs = new Demultiplexer({ merged: true });
  outputs.on('error', () => answer.destroy());
  answer.pipe(outputs);
  // However the connection ends, the reader sees an ordinary end.
  finished(answer, { writable: false }, () => outputs.end());
  outputs.stdout.once('close', () => {
    answer.destroy();
  });
  const printed = outputs.stdout.pipe(new WithoutProbeAnswers());
  printed.once('close', () => {
    outputs.stdout.destroy();
  });
  return printed;
}
