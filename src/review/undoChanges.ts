import { open, rm } from 'node:fs/promises';
import type { AcceptJournal, JournalContent, JournalStep } from './acceptJournal.ts';
import { stampOf } from './change.ts';
import { isSameState, readState } from './entryState.ts';
import { leadsNowhere } from './fileErrors.ts';
import type { KnownPaths } from './knownPaths.ts';
import { withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { draftEntry, putEntry, type NewEntry } from './putEntry.ts';

/** What became of an undo. */
export interface UndoResult {
  /** Paths that are again as they were. */
  readonly restored: readonly string[];
  /** Paths that somebody changed since: they stay as they are. */
  readonly kept: readonly string[];
}

/** Takes back what an accept did to the folder, whether it came to its end or not, last step first. */
export async function undoChanges(
  lower: OpenFolder,
  known: KnownPaths,
  journal: AcceptJournal,
  content: JournalContent,
): Promise<UndoResult> {
  const restored: string[] = [];
  const kept: string[] = [];
  for (const { path, draft } of content.drafts) await removeDraft(lower, path, draft);
  for (const step of content.steps.toReversed()) {
    const isBack = await undoStep(lower, known, journal, step).catch((error: unknown) => {
      if (isInTheWay(error)) return false;
      throw error;
    });
    (isBack ? restored : kept).push(step.path);
  }
  return { restored, kept };
}

async function undoStep(
  lower: OpenFolder,
  known: KnownPaths,
  journal: AcceptJournal,
  step: JournalStep,
): Promise<boolean> {
  const { path, draft, before, after } = step;
  return await withParent(lower, namesOf(path), async (folder, name) => {
    const state = await readState(folder, name);
    if (!isSameState(state, before)) {
      if (!isSameState(state, after)) return false;
      const stats = await folder.look(name);
      await withOldEntry(step, journal, async (entry) => {
        const place = { folder, name, before: stats, draft };
        await putEntry(place, await draftEntry(place, entry));
      });
    }
    const now = await folder.look(name);
    // What was a conflict is one again.
    known.set(path, step.merged ? {} : { lower: now && stampOf(now) });
    return true;
  });
}

async function withOldEntry(
  { before, draft }: JournalStep,
  journal: AcceptJournal,
  use: (entry: NewEntry) => Promise<void>,
): Promise<void> {
  switch (before.kind) {
    case 'absent':
    case 'folder':
      await use(before);
      break;
    case 'link':
      await use({ kind: 'link', target: Buffer.from(before.target, 'base64') });
      break;
    case 'special':
      // None is ever replaced.
      break;
    case 'file': {
      const from = await open(journal.backup(draft), 'r');
      try {
        const stats = await from.stat({ bigint: true });
        await use({ kind: 'file', mode: before.mode, from, stats });
      } finally {
        await from.close();
      }
    }
  }
}

async function removeDraft(lower: OpenFolder, path: string, draft: string): Promise<void> {
  try {
    await withParent(lower, namesOf(path), (folder) => rm(folder.entry(draft), { force: true }));
  } catch (error) {
    if (!isInTheWay(error)) throw error;
  }
}

/** Somebody has put something else on the way. */
function isInTheWay(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return leadsNowhere(error) || code === 'ENOTEMPTY' || code === 'EEXIST';
}
