import assert from 'node:assert/strict';
import { isAtOrBelow } from '../../../src/review/isAtOrBelow.ts';
import { rowsOf } from '../../../src/vscode/review/shownChange.ts';

describe('what is at or below some paths', () => {
  it('is told from what is beside or above them', () => {
    const isMeant = isAtOrBelow(new Set(['a/b', 'c']));
    const meant = ['a/b', 'a/b/c/d', 'c', 'c/d', 'a/b/c'];
    for (const path of [...meant, ...meant]) assert.ok(isMeant(path), path);
    for (const path of ['', 'a', 'a/bb', 'a/c/b', 'cc', 'a/c', 'x/a/b']) assert.ok(!isMeant(path), path);
  });

  it('takes little even of very many that are very deep', () => {
    const deep = 'd/'.repeat(400);
    const changes = Array.from({ length: 30_000 }, (_, index) => ({
      ...({ path: `${deep}${index}`, kind: index % 2 ? 'added' : 'deleted', type: 'file' } as const),
      ...{ conflict: false, dangers: [] },
    }));
    assert.equal(rowsOf(changes).length, changes.length);
  });
});
