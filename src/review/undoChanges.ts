import { open } from 'node:fs/promises';
import type { AcceptJournal } from './acceptJournal.ts';
import { stampOf } from './change.ts';
import { ClosedFolders, closeLeftOpen } from './closedFolders.ts';
import { isSameState, readState, type EntryState } from './entryState.ts';
import { isDenied, isInTheWay, leadsNowhere } from './fileErrors.ts';
import type { JournalContent, JournalStep } from './journalLines.ts';
import type { KnownPaths } from './knownPaths.ts';
import { OtherDisk, withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { draftEntry, putEntry, removeDraft, whileDrafted, type NewEntry } from './putEntry.ts';
import { Replaced } from './sameContent.ts';

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
  const isBack = new Map<string, boolean>();
  const undo = { lower, known, journal, closed: new ClosedFolders(journal, content.opened) };
  // What is undone next tells by its mode whether somebody else gave it another one.
  for (const [path, mode] of content.opened) await closeLeftOpen(lower, path, mode).catch(falseIfNotOurs);
  for (const { path, draft } of content.drafts)
    await removeLeftDraft(path, draft, undo).catch(falseIfNotOurs);
  // Of a path with two steps, the first one knows what was there before the accept.
  for (const step of content.steps.toReversed())
    isBack.set(
      step.path,
      await undoStep(step, undo).catch((error: unknown) => {
        // With the folder around it, it is gone as well.
        if (step.before.kind !== 'absent' || !leadsNowhere(error)) return falseIfNotOurs(error);
        known.set(step.path, {});
        return true;
      }),
    );
  const paths = [...isBack.keys()];
  return {
    restored: paths.filter((path) => isBack.get(path)),
    kept: paths.filter((path) => !isBack.get(path)),
  };
}

/** Where something is undone, and with what. */
interface Undo {
  readonly lower: OpenFolder;
  readonly known: KnownPaths;
  readonly journal: AcceptJournal;
  readonly closed: ClosedFolders;
}

async function removeLeftDraft(path: string, draft: string, { lower, closed }: Undo): Promise<void> {
  await withParent(lower, namesOf(path), async (folder) => {
    if (!(await folder.look(Buffer.from(draft)))) return;
    await closed.whileOpen(path, folder, () => removeDraft(folder, draft));
  });
}

async function undoStep(step: JournalStep, { lower, known, journal, closed }: Undo): Promise<boolean> {
  const { path, draft, before } = step;
  return await withParent(lower, namesOf(path), async (folder, name) => {
    // What is saved there while it is read is put back no more than what was saved before.
    const stats = await folder.look(name);
    const state = await readState(folder, name);
    if (!isSameState(state, before)) {
      if (!isLeftBy(step, state)) return false;
      const put = () =>
        withOldEntry(step, journal, async (entry) => {
          const place = { folder, name, before: stats, draft };
          await whileDrafted(place, async () => {
            await putEntry(place, await draftEntry(place, entry));
          });
        });
      if (before.kind === 'folder' && state.kind === 'folder') await put();
      else await closed.whileOpen(path, folder, put);
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

/**
 * Whether a step leaves this where it came to its end, or was cut off: whatever is replaced by a folder, or takes the place
 * of one, is gone for a moment, on the way there and on the way back.
 */
function isLeftBy({ before, after }: JournalStep, state: EntryState): boolean {
  if (isSameState(state, after)) return true;
  return state.kind === 'absent' && (before.kind === 'folder') !== (after.kind === 'folder');
}

/** Somebody has put something else there or on the way, or has closed it to this process. */
function falseIfNotOurs(error: unknown): false {
  if (isInTheWay(error) || isDenied(error) || error instanceof Replaced || error instanceof OtherDisk)
    return false;
  throw error;
}
