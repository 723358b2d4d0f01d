import { isSameStamp, stampOf, type Stamp } from '../change.ts';
import { withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';
import { readWhole } from '../readSide.ts';
import { Replaced } from '../sameContent.ts';

/** Reads the very file that was listed, as a whole. Rejects with `Replaced` where it is another one, or changed meanwhile. */
export async function readListed(root: OpenFolder, path: string, listed: Stamp): Promise<Buffer> {
  return await withParent(root, namesOf(path), async (folder, name) => {
    const stats = await folder.look(name);
    if (!stats?.isFile() || !isSameStamp(stampOf(stats), listed)) throw new Replaced();
    return await readWhole({ folder, name, stats });
  });
}
