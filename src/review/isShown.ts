import { join } from 'node:path';
import { fileIfAny } from './fileIfAny.ts';

/**
 * Whether an overlay can still show what is below a layer at a path. What was replaced by something else than a folder hides
 * all that was below; a link leads away from what it replaced.
 */
export async function isShown(upper: string, path: string): Promise<boolean> {
  const names = path.split('/');
  for (const [index, name] of names.entries()) {
    const found = await fileIfAny(join(upper, ...names.slice(0, index), name));
    if (!found) return true;
    if (!found.isDirectory() && (index < names.length - 1 || !found.isFile())) return false;
  }
  return true;
}
