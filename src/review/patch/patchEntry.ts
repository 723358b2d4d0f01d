import { createHash } from 'node:crypto';
import { binaryHunk } from './binaryHunk.ts';
import { gitPath } from './gitPath.ts';
import { textHunks } from './textHunks.ts';

/** What git keeps of a path. */
export interface PatchSide {
  readonly mode: '100644' | '100755' | '120000';
  readonly content: Buffer;
}

const noBlob = '0'.repeat(40);

/** How a path became another one, as `git format-patch --binary` writes it; nothing where git sees no difference. */
export async function patchEntry(
  path: string,
  before: PatchSide | undefined,
  after: PatchSide | undefined,
): Promise<readonly Buffer[]> {
  if (!before && !after) return [];
  // Git has no file that becomes a link: one goes, and the other comes.
  if (before && after && isLink(before) !== isLink(after))
    return [...(await patchEntry(path, before, undefined)), ...(await patchEntry(path, undefined, after))];
  const isSame = before !== undefined && after?.content.equals(before.content) === true;
  if (isSame && before.mode === after.mode) return [];
  const head = [`diff --git ${gitPath('a/', path)} ${gitPath('b/', path)}`, ...modesOf(before, after)];
  if (isSame) return [textOf(head)];
  head.push(
    `index ${blobOf(before)}..${blobOf(after)}${before?.mode === after?.mode ? ` ${after?.mode}` : ''}`,
  );
  const [had, has] = [before?.content ?? Buffer.alloc(0), after?.content ?? Buffer.alloc(0)];
  if (had.length === 0 && has.length === 0) return [textOf(head)];
  const isBinary = had.includes(0) || has.includes(0);
  const hunks = isBinary ? undefined : textHunks(had.toString('latin1'), has.toString('latin1'));
  if (hunks === undefined)
    return [textOf([...head, 'GIT binary patch']), await binaryHunk(has), await binaryHunk(had)];
  const names = [
    `--- ${before ? gitPath('a/', path) : '/dev/null'}`,
    `+++ ${after ? gitPath('b/', path) : '/dev/null'}`,
  ];
  return [textOf([...head, ...names]), Buffer.from(hunks, 'latin1')];
}

function modesOf(before: PatchSide | undefined, after: PatchSide | undefined): readonly string[] {
  if (!before) return after ? [`new file mode ${after.mode}`] : [];
  if (!after) return [`deleted file mode ${before.mode}`];
  return before.mode === after.mode ? [] : [`old mode ${before.mode}`, `new mode ${after.mode}`];
}

/** The name that git gives to what a file holds. */
function blobOf(side: PatchSide | undefined): string {
  if (!side) return noBlob;
  return createHash('sha1').update(`blob ${side.content.length}\0`).update(side.content).digest('hex');
}

function isLink({ mode }: PatchSide): boolean {
  return mode === '120000';
}

function textOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}
