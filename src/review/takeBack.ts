import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { AcceptJournal } from './acceptJournal.ts';
import { isDiskFull } from './fileErrors.ts';
import { KeptBases } from './merge/keptBases.ts';
import { noRoom } from './noRoom.ts';
import { NotTakenBack } from './notTakenBack.ts';
import type { OpenView } from './openViews.ts';
import { keepOriginals } from './originals.ts';
import { undoChanges, type UndoResult } from './undoChanges.ts';

type AcceptingView = Pick<OpenView, 'own' | 'lower' | 'known'>;

/** What became of taking an accept back. */
export interface TakenBack extends UndoResult {
  /** The folder in which what could not be put back is kept; missing for nothing. */
  readonly originals?: string;
}

/** More of them do not fit into a sentence. */
const mostNamed = 5;

/** Accepts as a whole or not at all: where `work` fails, what it did to the folder is taken back. */
export async function acceptWhole<T>(
  view: AcceptingView,
  owner: number,
  work: (journal: AcceptJournal) => Promise<T>,
): Promise<T> {
  const journal = await AcceptJournal.begin(view.own, owner);
  try {
    const result = await work(journal);
    await view.known.save();
    await journal.done();
    return result;
  } catch (error) {
    await requireTakenBack(view, journal, error).catch(orNotYet);
    throw error;
  } finally {
    await journal.close();
  }
}

/** Takes back what an accept, or the undo of one, left half done. Rejects with `NotTakenBack` where not all is put back. */
export async function takeBackCutOff(view: AcceptingView): Promise<void> {
  const journal = AcceptJournal.of(view.own);
  const content = await journal.read();
  // What was never begun, or was forgotten, may still have its folder.
  if (!content) await journal.remove();
  else if (!content.isDone) await requireTakenBack(view, journal).catch(orNotYet);
}

/** Undoes the last accept, which must be the one that began `at` a time that is given; `undefined` where there is none. */
export async function takeBackLast(
  view: AcceptingView,
  owner: number,
  at?: string,
): Promise<TakenBack | undefined> {
  const journal = AcceptJournal.of(view.own);
  const last = await journal.read();
  if (at !== undefined && last?.at !== at) throw notTheLast();
  if (!last) return undefined;
  await journal.undo(owner);
  return await takeBack(view, journal);
}

/** Undoes what a journal says, and forgets it, but for what could not be put back. */
async function takeBack(
  { own, lower, known }: AcceptingView,
  journal: AcceptJournal,
  whenKept?: (path: string) => void,
): Promise<TakenBack> {
  const content = await journal.read();
  if (!content) return { restored: [], kept: [] };
  const result = await undoChanges(lower, known, journal, content).finally(() => journal.close());
  if (whenKept) result.kept.forEach(whenKept);
  const bases = new KeptBases(own);
  for (const { path, merged } of content.steps) if (merged) await bases.drop(path);
  await known.save();
  const originals = await keepOriginals(own, journal, content, result.kept);
  await journal.remove();
  if (content.isDamaged) throw damaged(originals);
  return { ...result, ...(originals !== undefined && { originals }) };
}

/** Undoes what was never accepted as a whole. Rejects with `NotTakenBack` where something could not be put back. */
async function requireTakenBack(view: AcceptingView, journal: AcceptJournal, cause?: unknown): Promise<void> {
  const { kept, originals } = await takeBack(view, journal, (path) => {
    // What the workspace has there was accepted no more than the rest, and something else is in its place.
    view.known.set(path, {});
  });
  if (kept.length === 0) return;
  const named = kept.slice(0, mostNamed).map(inText).join(', ');
  const paths = kept.length > mostNamed ? l10n.t('{0} and {1} more', named, kept.length - mostNamed) : named;
  const sentences = [
    ...(isDiskFull(cause) ? [noRoom(cause).message] : []),
    l10n.t(
      'An accept was broken off and taken back, except where somebody has changed something meanwhile: {0}.',
      paths,
    ),
    ...(originals === undefined ? [] : [l10n.t('What was there before is kept in {0}.', inText(originals))]),
  ];
  const code = isDiskFull(cause) ? 'storageFailed' : 'conflict';
  throw new NotTakenBack(code, sentences.join(' '), originals, cause);
}

function orNotYet(problem: unknown): never {
  throw problem instanceof NotTakenBack ? problem : notYet(problem);
}

/** Whoever changes the folder next finds the journal, and goes on. */
function notYet(cause: unknown): NotTakenBack {
  const sentences = [
    ...(isDiskFull(cause) ? [noRoom(cause).message] : []),
    l10n.t(
      'An accept was broken off, and not all of it is taken back yet. That is tried again before the next change to the folder, and at the next start.',
    ),
  ];
  return new NotTakenBack('storageFailed', sentences.join(' '), undefined, cause);
}

function notTheLast(): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'That was not the last accept any more. Only the last one can be undone, with "Undo Last Accept".',
    ),
  );
}

function damaged(originals = ''): NotTakenBack {
  const sentence = l10n.t(
    'Not all of what was noted about the last accept can be read. What can be read was taken back; what is left of it is kept in {0}.',
    inText(originals),
  );
  return new NotTakenBack('storageFailed', sentence, originals);
}

function inText(path: string): string {
  return JSON.stringify(path.slice(0, 200));
}
