import type { OpenFolder } from './openFolder.ts';

/** A repository without a working tree: git takes its settings as it takes those of a `.git`. */
export async function looksBare(names: readonly Buffer[], lower: OpenFolder | undefined): Promise<boolean> {
  const marks = ['HEAD', 'objects', 'refs', 'config', 'hooks', 'commondir', 'gitdir'];
  const has = new Set(names.map(String).filter((name) => marks.includes(name)));
  if (has.size === 0) return false;
  for (const part of marks.slice(0, 3))
    if (!has.has(part) && !(await lower?.look(Buffer.from(part)))) return false;
  return true;
}
