import assert from 'node:assert/strict';
import type { Change, Stamp } from '../../../src/review/change.ts';
import { chooseChanges } from '../../../src/review/chooseChanges.ts';

const stamp: Stamp = { type: 'file', inode: '1', size: '1', mode: 0o644, changedNs: '1' };

function change(path: string, more: Partial<Change> = {}): Change {
  return { path, kind: 'added', type: 'file', conflict: false, dangers: [], upper: stamp, ...more };
}

const gone = { kind: 'deleted', lower: stamp } as const;

describe('choosing changes', () => {
  const pathsOf = (changes: readonly Change[], paths?: readonly string[]) =>
    chooseChanges(changes, paths).chosen.map(({ path }) => path);

  it('removes from the inside out before it makes anything, and makes from the outside in', () => {
    const changes = [
      change('d', { kind: 'modified', lower: { ...stamp, type: 'folder' } }),
      change('d/a', gone),
      change('d/b', { ...gone, type: 'folder' }),
      change('d/b/c', gone),
      change('n', { type: 'folder' }),
      change('n/x'),
    ];
    assert.deepEqual(pathsOf(changes), ['d/b/c', 'd/b', 'd/a', 'd', 'n', 'n/x']);
  });

  it('takes what is at and below the named paths, with the folders that have to be made for it', () => {
    const changes = [
      change('n', { type: 'folder' }),
      change('n/m', { type: 'folder' }),
      change('n/m/x'),
      change('n/other'),
      change('nn'),
      change('old', { kind: 'modified', type: 'folder', lower: { ...stamp, type: 'folder' } }),
      change('old/x'),
    ];
    assert.deepEqual(pathsOf(changes, ['n/m/x']), ['n', 'n/m', 'n/m/x']);
    assert.deepEqual(pathsOf(changes, ['n']), ['n', 'n/m', 'n/m/x', 'n/other']);
    assert.deepEqual(pathsOf(changes, ['old/x']), ['old/x']);
    assert.deepEqual(pathsOf(changes, []), []);
  });

  it('refuses for a reason, and lets only the very path say yes to what is dangerous', () => {
    const changes = [
      change('.vscode', { type: 'folder', dangers: ['protected'] }),
      change('.vscode/tasks.json', { dangers: ['protected'] }),
      change('both', { conflict: true, dangers: ['protected'] }),
      change('fifo', { type: 'special', blocker: 'special', conflict: true }),
      change('out', { type: 'link', dangers: ['linkOut'] }),
      change('run', { dangers: ['executable'] }),
    ];
    const reasons = (paths?: readonly string[]) =>
      chooseChanges(changes, paths).refused.map(({ path, reason }) => `${path} ${reason}`);
    assert.deepEqual(reasons(), [
      '.vscode protected',
      '.vscode/tasks.json protected',
      'both conflict',
      'fifo special',
      'out linkOut',
    ]);
    // the folder that has to be made for it comes with it
    assert.deepEqual(reasons(['.vscode/tasks.json']), []);
    assert.deepEqual(pathsOf(changes, ['.vscode/tasks.json']), ['.vscode', '.vscode/tasks.json']);
    assert.deepEqual(reasons(['.vscode']), ['.vscode/tasks.json protected']);
    assert.deepEqual(reasons(['.vscode', '.vscode/tasks.json', 'out', 'both', 'fifo', 'none']), [
      'both conflict',
      'fifo special',
      'none noChange',
    ]);
    assert.deepEqual(pathsOf(changes, ['run', 'out']), ['out', 'run']);
  });

  it('tells of very many paths at once of which there is no change', function () {
    this.timeout(10_000);
    const paths = (folder: string) => Array.from({ length: 40_000 }, (_, index) => `${folder}/${index}`);
    const { chosen, refused } = chooseChanges(
      paths('there').map((path) => change(path)),
      ['there', ...paths('none')],
    );
    assert.deepEqual([chosen.length, refused.length], [40_000, 40_000]);
  });

  it('takes nothing below a path that stands alone', () => {
    const folder = { ...stamp, type: 'folder' } as const;
    const changes = [
      change('src', { kind: 'modified', type: 'folder', upper: folder, lower: folder }),
      change('src/a'),
      change('src/b', gone),
    ];
    const alone = ['src'];
    const chosen = (paths: readonly string[]) =>
      chooseChanges(changes, paths, { alone }).chosen.map(({ path }) => path);
    assert.deepEqual(chosen(['src']), ['src']);
    assert.deepEqual(chosen(['src', 'src/a']), ['src', 'src/a']);
    assert.deepEqual(pathsOf(changes, ['src']), ['src/b', 'src', 'src/a']);
  });

  it('takes of the mode of a folder only what was seen', () => {
    const folder = { ...stamp, type: 'folder', mode: 0o755 } as const;
    const src = (mode: number) =>
      change('src', { kind: 'modified', type: 'folder', upper: { ...folder, mode }, lower: folder });
    const { chosen, refused } = chooseChanges([src(0o777)], undefined, { seen: [src(0o700)] });
    assert.deepEqual([chosen, refused], [[], [{ path: 'src', reason: 'changed' }]]);
  });

  it('takes of what was seen nothing that calls for another look now', () => {
    const changes = [change('a', { dangers: ['binary'] }), change('b', { dangers: ['binary'] })];
    const seen = [change('a'), change('b', { dangers: ['binary'] })];
    const { chosen, refused } = chooseChanges(changes, undefined, { seen });
    assert.deepEqual(chosen, [changes[1]]);
    assert.deepEqual(refused, [{ path: 'a', reason: 'changed' }]);
  });

  it('takes of what was seen only what is as it was', () => {
    const other = { ...stamp, changedNs: '2' };
    const seen = [change('a'), change('b'), change('c'), change('d', gone), change('f', { type: 'folder' })];
    const now = [
      ...[change('a'), change('b', { upper: other }), change('c', { ...gone, lower: stamp })],
      ...[change('d', { ...gone, lower: other }), change('e'), change('f', { type: 'folder' })],
    ];
    const { chosen, refused } = chooseChanges(now, undefined, { seen });
    assert.deepEqual(
      chosen.map(({ path }) => path),
      ['a', 'f'],
    );
    assert.deepEqual(
      refused,
      ['b', 'c', 'd', 'e'].map((path) => ({ path, reason: 'changed' })),
    );
  });
});
