import { foldedName } from '../shared/foldedName.ts';
import type { OpenFolder } from './openFolder.ts';

/**
 * A repository without a working tree: git takes its settings as it takes those of a `.git`. On many disks it finds them by
 * names in capitals, too.
 */
export async function looksBare(names: readonly Buffer[], lower: OpenFolder | undefined): Promise<boolean> {
  const marks = ['head', 'objects', 'refs', 'config', 'hooks', 'commondir', 'gitdir'];
  const marksIn = (all: readonly Buffer[]) =>
    all.map((name) => foldedName(name.toString())).filter((name) => marks.includes(name));
  const has = new Set(marksIn(names));
  if (has.size === 0) return false;
  for (const name of marksIn((await lower?.names()) ?? [])) has.add(name);
  return marks.slice(0, 3).every((part) => has.has(part));
}
