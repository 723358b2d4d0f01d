import { PassThrough, pipeline, type Readable } from 'node:stream';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/**
 * The same bytes; fails with `timeout` once nothing has come for so long although somebody waits for it. A connection that
 * is dead at its other end says nothing for ever.
 */
export function untilSilent(source: Readable, limitMs: number): Readable {
  const bytes = new PassThrough();
  pipeline(
    source,
    () => watched(source, limitMs),
    bytes,
    () => undefined,
  );
  // A pipeline notices that only with the next bytes, which may never come.
  bytes.once('close', () => source.destroy());
  return bytes;
}

async function* watched(source: Readable, limitMs: number): AsyncGenerator<Buffer> {
  const wait = () => setTimeout(() => source.destroy(silent(limitMs)), limitMs);
  let waiting = wait();
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      clearTimeout(waiting);
      yield chunk;
      waiting = wait();
    }
  } finally {
    clearTimeout(waiting);
  }
}

function silent(limitMs: number): CordonError {
  return new CordonError('timeout', l10n.t('The engine said nothing for {0} s.', limitMs / 1000));
}
