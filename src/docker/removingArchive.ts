import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pack } from 'tar-stream';

/**
 * An archive that no engine unpacks, and has Docker remove what is at a path: it makes room for every entry before it makes
 * it, and this one is a hard link to something that is nowhere.
 */
export function removingArchive(path: string): Readable {
  const tar = pack();
  tar.entry({ name: path, type: 'link', linkname: randomBytes(16).toString('hex') });
  tar.finalize();
  return tar as unknown as Readable;
}
