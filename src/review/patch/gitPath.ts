import { isGitName } from '../../isolation/pathRules.ts';
import type { EntryType } from '../change.ts';
import { pathBytes } from '../pathBytes.ts';

const named: ReadonlyMap<number, string> = new Map(
  Object.entries({ a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }).map(
    ([letter, code]) => [code, letter] as const,
  ),
);

/** A path as patches of git name it, with a prefix such as `a/`; in quotes where any of its bytes could mean something else. */
export function gitPath(prefix: string, path: string): string {
  const plain = `${prefix}${path}`;
  if (/^[\w./+@-]+$/.test(plain)) return plain;
  return `"${[...pathBytes(plain)].map(quoted).join('')}"`;
}

/** Whether git would refuse a whole patch because it names this path: no patch may write into a `.git`, on any disk. */
export function refusedByGit(path: string, type: EntryType): boolean {
  const names = path.split('/');
  if (names.some((name) => isGitName(name) || /^(?:\.git|git~1)[ .]*(?:$|[\\:])/i.test(name))) return true;
  return type === 'link' && names.some((name) => /^(?:\.gitmodules|gitmod~\d|gi7eba~\d)/i.test(name));
}

function quoted(byte: number): string {
  const letter = named.get(byte);
  if (letter !== undefined) return `\\${letter}`;
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte);
  return `\\${byte.toString(8).padStart(3, '0')}`;
}
