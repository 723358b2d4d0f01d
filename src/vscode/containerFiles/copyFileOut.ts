import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as vscode from 'vscode';
import { CordonError, toCordonError } from '../../shared/errors.ts';
import type { ContainerFileReading } from '../../workspaces/inside/containerFiles.ts';

const mostGiB = 4;

/**
 * Writes a file of a container to a path of this machine, whole or not at all; whatever the path leads to is replaced
 * and not followed. Rejects with `cancelled`, `storageFailed`, or as the reading does.
 */
export async function copyFileOut(
  { content, ended, stop }: ContainerFileReading,
  target: string,
  { signal, onBytes }: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(content, counter(onBytes), createWriteStream(part, { flags: 'wx' }), { signal });
    await ended;
    await rename(part, target);
  } catch (error) {
    await stop();
    await rm(part, { force: true });
    signal.throwIfAborted();
    throw toCordonError(
      error,
      'storageFailed',
      vscode.l10n.t('The file could not be written to {0}.', target),
    );
  }
}

function counter(onBytes: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      onBytes(bytes);
      if (bytes <= mostGiB * 1024 ** 3) done(null, chunk);
      else
        done(
          new CordonError(
            'invalidRequest',
            vscode.l10n.t('The file has more than {0} GiB, or does not end. It was not copied.', mostGiB),
          ),
        );
    },
  });
}
