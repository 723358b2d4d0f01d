import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import type { Change } from '../../../src/review/change.ts';
import { brokenPromises, isFolder, isWritten } from '../../support/bothSides.ts';
import { differing, folderStamps, folderState, mayBeMoved } from '../../support/folderState.ts';
import { ownedByPerson } from '../../support/folders.ts';
import { fileOperations, personOperations } from '../../support/randomFiles.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';
import { stateInside } from '../../support/stateInside.ts';
import { writtenState } from '../../support/writtenState.ts';

const run = promisify(execFile);
const files = { 'a/a': '1\n', 'a/b/c': '2\n', 'b/a': '3\n', 'b/b/b': '4\n', c: '5\n' };
const turn = fc.record({ byWorkspace: fileOperations, byPerson: personOperations });
const turns = fc.array(turn, { minLength: 1, maxLength: size(2, 4), size: 'max' });

describe(`what a workspace in review mode and a person do to the same files (seed ${seed})`, function () {
  this.timeout(size(600_000, 60 * 60_000));

  it('never costs the person anything, and is a conflict where both did something', async () => {
    const review = await reviewOnEngine(files);
    const start = join(review.folder, '../start');
    await run('cp', ['-a', review.folder, start]);
    let number = 0;
    try {
      // With a copy every look takes longer.
      for (const scripts of fc.sample(turns, { seed, numRuns: size(review.isCopy ? 3 : 8, 200) })) {
        number += 1;
        await startAnew(review, start);
        const round = await roundOf(review);
        let about = `round ${number}, seed ${seed}`;
        for (const { byWorkspace, byPerson } of scripts) {
          about += `\n--- the workspace:\n${byWorkspace}\n--- the person:\n${byPerson}`;
          await inWorkspace(round, byWorkspace, about);
          await inFolder(round, byPerson);
          await acceptAll(round, about);
        }
        await undoAndAcceptAgain(round, about);
      }
    } finally {
      await review.dispose();
    }
  });
});

type Round = Awaited<ReturnType<typeof roundOf>>;

/** A review that begins, in which nobody has done anything. */
async function roundOf(review: ReviewOnEngine) {
  const state = await folderState(review.folder);
  return {
    review,
    startStamps: await folderStamps(review.folder),
    isFirstTurn: true,
    agreed: new Map<string, string | undefined>(Object.entries(state)),
    ...{ seen: state, inside: state, folder: state },
    ofPerson: new Set<string>(),
    touched: new Set<string>(),
    /** The last accept, once it was accepted: what was listed before it, and what it began with. */
    last: { listed: [] as readonly Change[], before: state, accepted: [] as readonly string[] },
  };
}

async function startAnew({ folder, reviews, id }: ReviewOnEngine, start: string): Promise<void> {
  for (const name of await fs.readdir(folder)) await fs.rm(join(folder, name), { recursive: true });
  await run('cp', ['-a', `${start}/.`, folder]);
  await ownedByPerson(folder);
  await reviews.discard(id, undefined);
}

const runAsPerson = (script: string, cwd: string) =>
  run('busybox', ['sh', '-c', script], {
    cwd,
    ...(process.getuid!() === 0 && { uid: 1000, gid: 1000 }),
  });

/** Of what the workspace does, the folder shows nothing; at first the workspace sees what a plain copy becomes. */
async function inWorkspace(round: Round, script: string, about: string): Promise<void> {
  const { review, isFirstTurn } = round;
  const before = await folderState(review.folder);
  if (!isFirstTurn) round.seen = await stateInside(review.sh);
  await review.sh(script);
  round.inside = await stateInside(review.sh);
  assert.deepEqual(await folderState(review.folder), before, about);
  if (!isFirstTurn) return;
  const copy = join(review.folder, '../copy');
  await run('cp', ['-a', review.folder, copy]);
  await runAsPerson(script, copy);
  assert.deepEqual(round.inside, await folderState(copy), about);
  await fs.rm(copy, { recursive: true });
}

async function inFolder(round: Round, script: string): Promise<void> {
  const { folder } = round.review;
  const [before, stamps] = [await folderState(folder), await folderStamps(folder)];
  await runAsPerson(script, folder);
  const [state, now] = [await folderState(folder), await folderStamps(folder)];
  round.folder = state;
  for (const path of differing(before, state)) round.ofPerson.add(path);
  for (const path of differing(stamps, now)) {
    round.touched.add(path);
    // What is in a folder that may have been moved as a whole keeps its own times.
    if (isFolder(state[path]) && mayBeMoved(now[path]))
      for (const inner of Object.keys(now)) if (inner.startsWith(`${path}/`)) round.touched.add(inner);
  }
  // The mode of a folder in which anything was done, be it by an accept, counts as another one.
  for (const path of differing(round.startStamps, now)) if (isFolder(state[path])) round.touched.add(path);
}

/** Accepts nothing, and then everything. */
async function acceptAll(round: Round, about: string): Promise<void> {
  const { review, folder, ofPerson, agreed } = round;
  const { reviews, id } = review;
  const listed = await reviews.changes(id);
  const layer = await writtenState(review);
  assert.deepEqual(await reviews.accept(id, []), { accepted: [], refused: [] }, about);
  assert.deepEqual(await folderState(review.folder), folder, about);
  const { accepted, refused } = await reviews.accept(id, undefined);
  const [after, left] = [await folderState(review.folder), await reviews.changes(id)];
  // What the kernel still shows of a folder that the person removed is in no list, but what is written there counts.
  const written = Object.entries(layer).filter(([, state]) => isWritten(state));
  const inside = round.isFirstTurn ? round.inside : { ...round.inside, ...Object.fromEntries(written) };
  assert.deepEqual(brokenPromises({ ...round, inside, layer, listed, refused, after, left }), [], about);
  for (const path of accepted) agreed.set(path, after[path]);
  for (const path of differing(folder, after)) ofPerson.delete(path);
  round.last = { listed, before: folder, accepted };
  round.isFirstTurn = false;
}

/** An undo gives back what the folder was before the last accept, and what there was to accept. */
async function undoAndAcceptAgain({ review, last }: Round, about: string): Promise<void> {
  if (last.accepted.length === 0) return;
  const { reviews, id, folder } = review;
  const after = await folderState(folder);
  assert.deepEqual((await reviews.undoAccept(id))?.kept, [], about);
  assert.deepEqual(await folderState(folder), last.before, about);
  assert.deepEqual((await reviews.changes(id)).map(inShort), last.listed.map(inShort), about);
  assert.deepEqual((await reviews.accept(id, undefined)).accepted, last.accepted, about);
  assert.deepEqual(await folderState(folder), after, about);
}

const inShort = ({ path, kind, conflict }: Change) => `${kind} ${path}${conflict ? ' in conflict' : ''}`;
