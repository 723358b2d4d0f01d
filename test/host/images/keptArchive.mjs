import fs from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../paths.mjs';

/**
 * The path of an archive of this name in the cache of the project, which `make` writes to the path that it is given where
 * it is not there yet: it takes long, and every engine of a test wants it. An earlier recipe's, of the same `kind`, goes.
 */
export async function keptArchive(kind, name, make) {
  const kept = path.join(cacheFolder, `${kind}-${name}`);
  if (fs.existsSync(kept)) return kept;
  fs.mkdirSync(cacheFolder, { recursive: true });
  const making = path.join(cacheFolder, `making-${process.pid}-${kind}-${name}`);
  try {
    await make(making);
    for (const old of fs.readdirSync(cacheFolder))
      if (old.startsWith(`${kind}-`) && old.includes('.tar'))
        fs.rmSync(path.join(cacheFolder, old), { force: true });
    fs.renameSync(making, kept);
  } finally {
    fs.rmSync(making, { force: true });
  }
  return kept;
}
