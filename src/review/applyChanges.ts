import { open } from 'node:fs/promises';
import type { AcceptJournal } from './acceptJournal.ts';
import { isModeOfFolder, isSameStamp, stampOf, typeOf, type Change, type Stamp } from './change.ts';
import { ClosedFolders } from './closedFolders.ts';
import type { Entry } from './difference.ts';
import type { Refusal, RefusedChange } from './chooseChanges.ts';
import { copyContent, readState, type EntryState } from './entryState.ts';
import { isDenied, isInTheWay, isNameRefused } from './fileErrors.ts';
import type { KnownPaths } from './knownPaths.ts';
import { withNewEntry } from './newEntry.ts';
import { OtherDisk, withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { draftEntry, isClosed, openedMode, putEntry, whileDrafted, type NewEntry } from './putEntry.ts';
import { Replaced, withFile } from './sameContent.ts';

/** More files at once do not make a disk quicker. */
const atOnce = 16;

/** Where changes come from, and where they go. */
export interface Application {
  readonly upper: OpenFolder;
  readonly lower: OpenFolder;
  readonly known: KnownPaths;
  readonly journal: AcceptJournal;
  readonly signal?: AbortSignal;
  /** A file with what takes the place of what the workspace has. */
  readonly merged?: string;
}

interface Applying extends Application {
  readonly closed: ClosedFolders;
}

/** Makes changes in the folder, each of them only where everything is still as it was when it was listed. */
export async function applyChanges(
  changes: readonly Change[],
  application: Application,
): Promise<{ readonly accepted: readonly string[]; readonly refused: readonly RefusedChange[] }> {
  const reasons = new Map<string, Refusal>();
  const applying = { ...application, closed: new ClosedFolders(application.journal) };
  const apply = async (change: Change, entryOf = opened) => {
    try {
      await applyChange(change, applying, entryOf);
    } catch (error) {
      const reason = reasonOf(error);
      if (!reason) throw error;
      reasons.set(change.path, reason);
    }
  };
  for (const batch of batchesOf(changes)) {
    application.signal?.throwIfAborted();
    // Whoever takes all of it back must not do so while a part of it is still being made.
    const outcomes = await Promise.allSettled(batch.map((change) => apply(change)));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure) throw failure.reason;
  }
  // A folder is closed only once all that is to be in it is there.
  for (const change of changes.toReversed())
    if (change.upper?.type === 'folder' && isClosed(change.upper.mode) && !reasons.has(change.path))
      await apply({ ...change, lower: change.upper }, (entry) => entry);
  const paths = changes.map(({ path }) => path);
  return {
    accepted: paths.filter((path) => !reasons.has(path)),
    refused: paths.flatMap((path) => {
      const reason = reasons.get(path);
      return reason ? [{ path, reason }] : [];
    }),
  };
}

/**
 * Files side by side, in their order: they depend on each other only over folders, of which each comes by itself, and by
 * names that a disk takes for the same, of which the old one goes before the new one comes.
 */
function batchesOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const firstToMake = changes.findIndex(({ kind }) => kind !== 'deleted');
  const batches: Change[][] = [];
  let files: Change[] | undefined;
  for (const [index, change] of changes.entries()) {
    const isOfFolder = change.type === 'folder' || change.lower?.type === 'folder';
    if (isOfFolder || index === firstToMake || !files || files.length >= atOnce) batches.push((files = []));
    files.push(change);
    if (isOfFolder) files = undefined;
  }
  return batches;
}

function opened(entry: NewEntry): NewEntry {
  return entry.kind === 'folder' ? { ...entry, mode: openedMode(entry.mode) } : entry;
}

async function applyChange(
  change: Change,
  applying: Applying,
  entryOf: (entry: NewEntry) => NewEntry,
): Promise<void> {
  const { path } = change;
  const { lower, known, closed, merged } = applying;
  await withParent(lower, namesOf(path), async (folder, name) => {
    const make = () =>
      withNewEntry(change, applying, (entry) =>
        makeChange(change, entryOf(entry), { folder, name }, applying),
      );
    // Whoever gives a folder a mode writes nothing into the one around it.
    if (isModeOfFolder(change)) await make();
    else await closed.whileOpen(path, folder, make);
    const now = await folder.look(name);
    // What was merged never reached the workspace: whatever it writes there next is in conflict again.
    const wrote = merged === undefined ? { lower: now && stampOf(now) } : {};
    const isNew = change.kind === 'added' && change.type === 'folder' && ({ isNew: true } as const);
    known.set(path, { ...wrote, ...isNew, upper: change.kind === 'deleted' ? 'gone' : change.upper });
  });
}

async function makeChange(
  change: Change,
  entry: NewEntry,
  { folder, name }: { readonly folder: OpenFolder; readonly name: Buffer },
  { journal, merged }: Application,
): Promise<void> {
  const { path } = change;
  const before = await folder.look(name);
  if (!isAsListed(before && stampOf(before), change)) throw new Replaced();
  if (before && before.dev !== folder.stats.dev) throw new OtherDisk();
  if (before && typeOf(before) === 'special') throw new NotToBeMadeAgain();
  const draft = await journal.draftFor(path);
  const place = { folder, name, before, draft };
  await whileDrafted(place, async () => {
    const state = before?.isFile()
      ? await backUp({ folder, name, stats: before }, journal.backup(draft))
      : await readState(folder, name);
    const after = await draftEntry(place, entry);
    await journal.change({
      path,
      draft,
      before: state,
      after,
      ...(merged !== undefined && { merged: true }),
    });
    await putEntry(place, after);
  });
}

/** Of a folder's mode, only what it was opened for does not count. */
function isAsListed(now: Stamp | undefined, change: Change): boolean {
  if (!isSameStamp(now, change.lower)) return false;
  return !isModeOfFolder(change) || openedMode(now?.mode ?? 0) === openedMode(change.lower?.mode ?? 0);
}

/** Copies the very file that was looked at. */
async function backUp(entry: Entry, to: string): Promise<EntryState> {
  return await withFile(entry, async (from) => {
    const copy = await open(to, 'wx', 0o600);
    try {
      const hash = await copyContent(from, copy);
      await copy.datasync();
      return { kind: 'file', mode: Number(entry.stats.mode & 0o777n), hash };
    } finally {
      await copy.close();
    }
  });
}

/** A device, a socket or a FIFO of the folder, which no undo could bring back. */
class NotToBeMadeAgain extends Error {}

/** Why one change could not be made while others can; `undefined` for what keeps all of them from being made. */
function reasonOf(error: unknown): Refusal | undefined {
  if (error instanceof Replaced) return 'conflict';
  if (error instanceof OtherDisk) return 'mount';
  if (error instanceof NotToBeMadeAgain) return 'special';
  if (isNameRefused(error)) return 'name';
  if (isInTheWay(error)) return 'conflict';
  return isDenied(error) ? 'unreadable' : undefined;
}
