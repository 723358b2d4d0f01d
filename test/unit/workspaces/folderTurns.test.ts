import assert from 'node:assert/strict';
import { FolderTurns } from '../../../src/workspaces/folderTurns.ts';

describe('turns of those who work on folders', () => {
  const begin = (turns: FolderTurns, kind: 'still' | 'moving', folder: string | undefined) => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const turn = { waited: undefined as boolean | undefined, end, done: Promise.resolve() };
    turn.done = turns.run(kind, folder, (hasWaited) => {
      turn.waited = hasWaited;
      return ended;
    });
    return turn;
  };
  const settle = () => new Promise(setImmediate);

  it('come one after the other in a folder, in those above it and below it, and side by side elsewhere', async () => {
    const turns = new FolderTurns('linux');
    const one = begin(turns, 'still', '/a/b');
    const waiting = ['/a/b', '/a', '/a/b/c', undefined].map((folder) => begin(turns, 'still', folder));
    const apart = begin(turns, 'still', '/a/bc');
    await settle();
    assert.equal(one.waited, false);
    assert.deepEqual(
      waiting.map(({ waited }) => waited),
      [undefined, undefined, undefined, undefined],
    );
    assert.equal(apart.waited, undefined, 'one that may be anywhere came before');
    one.end();
    for (const turn of waiting) {
      await settle();
      assert.equal(turn.waited, true);
      turn.end();
    }
    await settle();
    assert.equal(apart.waited, true);
  });

  it('let those who let something run go first, many at once', async () => {
    const turns = new FolderTurns('linux');
    const still = [begin(turns, 'still', '/a'), begin(turns, 'still', '/a')];
    const moving = [begin(turns, 'moving', '/a'), begin(turns, 'moving', '/a')];
    await settle();
    assert.deepEqual(
      moving.map(({ waited }) => waited),
      [undefined, undefined],
    );
    still[0]!.end();
    await settle();
    assert.deepEqual(
      moving.map(({ waited }) => waited),
      [true, true],
    );
    assert.equal(still[1]!.waited, undefined);
    for (const turn of moving) turn.end();
    await settle();
    assert.equal(still[1]!.waited, true);
  });

  it('go on after a failure', async () => {
    const turns = new FolderTurns('linux');
    await assert.rejects(turns.run('still', '/a', () => Promise.reject(new Error('no'))));
    assert.equal(await turns.run('still', '/a', (hasWaited) => Promise.resolve(hasWaited)), false);
  });
});
