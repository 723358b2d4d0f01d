import assert from 'node:assert/strict';
import { LazyReviews } from '../../../src/review/lazyReviews.ts';
import type { ReviewParts } from '../../../src/review/composeReviews.ts';
import { NotTakenBack, type LeftBehind } from '../../../src/review/notTakenBack.ts';
import { Emitter } from '../../../src/shared/event.ts';

/** Reviews that are loaded when they are needed, beside so many views on the disk. */
function lazy(views: readonly string[]) {
  const asked: string[] = [];
  const changing = new Emitter<string>();
  const leaving = new Emitter<LeftBehind>();
  const parts = {
    reviews: {
      changes: (id: string) => Promise.resolve([{ path: id }]),
      recover: () => Promise.resolve(asked.push('recover')),
    },
    onDidChange: changing.event,
    onDidLeaveBehind: leaving.event,
    dispose: () => asked.push('dispose'),
  };
  const folders = {
    list: () => Promise.resolve(views),
    written: (id: string) => `/own/${id}/upper`,
  };
  const load = () => {
    asked.push('load');
    return Promise.resolve(parts as unknown as ReviewParts);
  };
  return { all: new LazyReviews(load, folders), asked, changing, leaving };
}

describe('reviews that are not there yet', () => {
  it('are loaded once, when somebody needs them, and tell what they do', async () => {
    const { all, asked, changing, leaving } = lazy(['one']);
    const changed: string[] = [];
    all.onDidChange((id) => changed.push(id));
    all.onDidLeaveBehind(({ workspaceId }) => changed.push(`left of ${workspaceId}`));
    assert.equal(all.placeOf('one'), '/own/one/upper');
    assert.deepEqual(asked, []);
    assert.deepEqual(await Promise.all([all.changes('one'), all.changes('two')]), [
      [{ path: 'one' }],
      [{ path: 'two' }],
    ]);
    changing.fire('one');
    leaving.fire({ workspaceId: 'two', error: new NotTakenBack('conflict', 'left', undefined) });
    assert.deepEqual([asked, changed], [['load'], ['one', 'left of two']]);
    all.dispose();
    await new Promise(setImmediate);
    assert.deepEqual(asked, ['load', 'dispose']);
  });

  it('are needed to recover only where there is a view', async () => {
    const without = lazy([]);
    await without.all.recover();
    assert.deepEqual(without.asked, []);
    const { all, asked } = lazy(['one']);
    await all.recover();
    assert.deepEqual(asked, ['load', 'recover']);
  });
});
