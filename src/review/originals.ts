import { mkdir, rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AcceptJournal } from './acceptJournal.ts';
import { fileIfAny } from './fileIfAny.ts';
import type { JournalContent, JournalStep } from './journalLines.ts';
import { pathBytes } from './pathBytes.ts';

/**
 * Keeps what an accept replaced at these paths, by their names, in a folder of its own for as long as the view is kept.
 * Gives that folder; `undefined` where there was nothing to keep. Of a journal that is damaged, all that is left of it is
 * kept there, too.
 */
export async function keepOriginals(
  own: string,
  journal: AcceptJournal,
  { at, steps, isDamaged }: JournalContent,
  paths: readonly string[],
): Promise<string | undefined> {
  const place = join(own, 'originals', at.replaceAll(/\D/g, '-') || 'unknown');
  // Of a path with two steps, the first one knows what was there before the accept.
  const first = new Map(steps.toReversed().map((step) => [step.path, step]));
  const wanted = paths
    .flatMap((path) => first.get(path) ?? [])
    .filter(({ before }) => before.kind === 'file' || before.kind === 'link');
  for (const step of wanted) await keepOriginal(journal, step, place);
  if (isDamaged) {
    await mkdir(place, { recursive: true, mode: 0o700 });
    await rename(journal.folder, join(place, '.cordon-journal'));
  }
  return wanted.length > 0 || isDamaged ? place : undefined;
}

async function keepOriginal(
  journal: AcceptJournal,
  { path, draft, before }: JournalStep,
  place: string,
): Promise<void> {
  const to = join(place, path);
  const isThere = (await fileIfAny(pathBytes(to))) !== undefined;
  // It was begun before, and broken off.
  if (before.kind === 'file' ? !(await fileIfAny(journal.backup(draft))) : isThere) return;
  await mkdir(pathBytes(dirname(to)), { recursive: true, mode: 0o700 });
  if (before.kind === 'link') await symlink(Buffer.from(before.target, 'base64'), pathBytes(to));
  // The disk may take two names for the same that the one of the folder keeps apart.
  else await rename(journal.backup(draft), pathBytes(isThere ? `${to}${draft}` : to));
}
