import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * The file at a path below a folder, as it is called from that folder; `undefined` where there is none, and where symbolic
 * links, which a container can make, lead out of the folder.
 */
export async function fileOfFolder(folder: string, relative: string): Promise<string | undefined> {
  const full = path.join(folder, relative);
  try {
    const [root, target] = await Promise.all([realpath(folder), realpath(full)]);
    const way = path.relative(root, target);
    if (way === '' || way.split(path.sep)[0] === '..' || path.isAbsolute(way)) return undefined;
    return (await stat(target)).isFile() ? full : undefined;
  } catch {
    return undefined;
  }
}
