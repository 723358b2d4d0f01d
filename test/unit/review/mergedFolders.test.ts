import assert from 'node:assert/strict';
import { mergedFolders } from '../../../src/review/mergedFolders.ts';
import { CordonError } from '../../../src/shared/errors.ts';
import type { OpenLayer } from '../../../src/workspaces/engineViews.ts';
import { failsWith } from '../../support/engine.ts';
import { archiveOf, readEntries } from '../../support/tarEntries.ts';

/** A layer that hides what lies below these folders, in an engine that unpacks until it is to write there. */
function layerOf({
  hiding = [] as readonly string[],
  followsLinks = true,
  isGone = false,
}): OpenLayer & { readonly asked: string[]; readonly count: { sendings: number } } {
  let arrived: string[] = [];
  const asked: string[] = [];
  const count = { sendings: 0 };
  const isHidden = (path: string) => hiding.some((folder) => path.startsWith(`shown/${folder}/`));
  return {
    asked,
    count,
    putBelow: async (archive) => {
      await readEntries(archive);
    },
    put: async (archive) => {
      count.sendings += 1;
      for (const path of Object.keys(await readEntries(archive))) {
        const isRefused = path.startsWith('shown/') && (isHidden(path) || !followsLinks);
        if (isRefused) throw new CordonError('portInUse', `refused: ${path}`);
        arrived = [...arrived, path.slice(path.lastIndexOf('/') + 1)];
      }
    },
    get: () =>
      Promise.resolve(
        archiveOf(arrived.map((name) => ({ name: `upper/${name}`, type: 'file', content: Buffer.alloc(0) }))),
      ),
    has: (path) => {
      if (path.startsWith('shown/')) asked.push(path);
      return Promise.resolve(!isGone && !isHidden(path));
    },
  };
}

describe('folders of a layer that may hide what lies below', () => {
  it('are told by one sending where none does', async () => {
    const layer = layerOf({});
    assert.deepEqual(await mergedFolders(layer, ['b', 'a', 'a/b']), new Set(['a', 'a/b', 'b']));
    assert.deepEqual([layer.count.sendings, layer.asked], [1, []]);
  });

  it('are told with all that is in those that do', async () => {
    const folders = ['z', 'made/anew/x', 'made', 'made/anew', 'made/anew.kept', 'a'];
    const merged = await mergedFolders(layerOf({ hiding: ['made/anew'] }), folders);
    assert.deepEqual(merged, new Set(['a', 'made', 'made/anew.kept', 'z']));
  });

  it('are told however many do', async () => {
    const hiding = Array.from({ length: 20 }, (_, index) => `h${index + 10}`);
    const layer = layerOf({ hiding });
    assert.deepEqual(await mergedFolders(layer, [...hiding, 'z1', 'z2']), new Set(['z1', 'z2']));
    assert.ok(layer.count.sendings < 10);
  });

  it('are told by an engine that follows no link', async () => {
    const layer = layerOf({ hiding: ['b'], followsLinks: false });
    assert.deepEqual(await mergedFolders(layer, ['a', 'b', 'c']), new Set(['a', 'c']));
  });

  it('are not told by what is not there any more', async () => {
    await assert.rejects(
      mergedFolders(layerOf({ hiding: ['a'], isGone: true }), ['a']),
      failsWith('engineFailed'),
    );
  });
});
