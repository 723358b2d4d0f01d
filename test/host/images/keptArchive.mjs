import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../paths.mjs';

/**
 * The path of an archive of this name in the cache of the project, which `make` writes to the path that it is given where
 * it is not there yet: it takes long, and every engine of a test wants it.
 */
export async function keptArchive(name, make) {
  const kept = path.join(cacheFolder, name);
  if (fs.existsSync(kept)) return kept;
  fs.mkdirSync(cacheFolder, { recursive: true });
  const making = path.join(cacheFolder, `${process.pid}-${name}`);
  try {
    await make(making);
    fs.renameSync(making, kept);
  } finally {
    fs.rmSync(making, { force: true });
  }
  return kept;
}
