import assert from 'node:assert/strict';
import { inOrder } from '../../../../src/vscode/egress/inOrder.ts';
import type { TriedName } from '../../../../src/workspaces/proxy/egressTally.ts';

const tried = (verdict: TriedName['verdict'], count: number) =>
  Array.from(
    { length: count },
    (_, firstMs) => ({ host: `${verdict}${firstMs}`, verdict, firstMs }) as TriedName,
  );
const shown = (names: readonly TriedName[], most?: number) => inOrder(names, most).map(({ host }) => host);

describe('the names that there is room for', () => {
  it('are all of them, the denied ones first and each where it stood', () => {
    const names = [...tried('allowed', 2), ...tried('denied', 2)];
    const all = ['denied0', 'denied1', 'allowed0', 'allowed1'];
    assert.deepEqual(shown(names), all);
    assert.deepEqual(shown(names.toReversed(), 4), all);
  });

  it('are the newest of either kind, of which a crowd of the one hides none of the other', () => {
    assert.deepEqual(shown([...tried('denied', 100), ...tried('allowed', 1)], 4), [
      'denied97',
      'denied98',
      'denied99',
      'allowed0',
    ]);
    assert.deepEqual(shown([...tried('denied', 100), ...tried('allowed', 100)], 4), [
      'denied98',
      'denied99',
      'allowed98',
      'allowed99',
    ]);
    assert.deepEqual(shown([...tried('denied', 1), ...tried('allowed', 100)], 3), [
      'denied0',
      'allowed98',
      'allowed99',
    ]);
  });
});
