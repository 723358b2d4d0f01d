import assert from 'node:assert/strict';
import { mergedFolders } from '../../../src/review/mergedFolders.ts';
import type { OpenLayer } from '../../../src/workspaces/containerEngine.ts';
import { failsWith } from '../../support/engine.ts';
import { archiveOf, readEntries } from '../../support/tarEntries.ts';

/** A layer of an engine that makes of the names of files what arrives of them. */
function layerOf(arrive: (paths: readonly string[]) => readonly string[]): OpenLayer {
  let put: readonly string[] = [];
  return {
    putBelow: async (archive) => {
      await readEntries(archive);
    },
    put: async (archive) => {
      put = Object.keys(await readEntries(archive));
    },
    get: () =>
      Promise.resolve(
        archiveOf(
          arrive(put).map((path) => ({
            ...{ name: `upper/${path.slice(path.lastIndexOf('/') + 1)}`, type: 'file' as const },
            content: Buffer.alloc(0),
          })),
        ),
      ),
  };
}

describe('folders of a layer that may hide what lies below', () => {
  it('are those by way of which nothing arrives', async () => {
    const layer = layerOf((paths) => paths.filter((path) => !path.startsWith('made/anew/')));
    assert.deepEqual(await mergedFolders(layer, ['kept', 'made/anew', 'made']), new Set(['kept', 'made']));
  });

  it('are not told by an engine that follows no link', async () => {
    await assert.rejects(
      mergedFolders(
        layerOf(() => []),
        ['d'],
      ),
      failsWith('engineFailed'),
    );
  });
});
