import { nameKey, parseWorkspaceName } from '../isolation/workspaceName.ts';

/** Room for ` 9999` behind a name of the longest kind. */
const roomForName = 95;

/** A name for a workspace made from its folder's: allowed, and taken by no other workspace. */
export function freeName(folderName: string, taken: readonly string[]): string {
  const base = allowedName(folderName);
  const keys = new Set(taken.map(nameKey));
  let name = base;
  for (let number = 2; keys.has(nameKey(name)); number += 1) name = `${base} ${number}`;
  return name;
}

function allowedName(folderName: string): string {
  const plain = folderName.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}/\\]+/gu, '-');
  const short = Array.from(plain).slice(0, roomForName).join('');
  try {
    return parseWorkspaceName(short);
  } catch {
    return 'workspace';
  }
}
