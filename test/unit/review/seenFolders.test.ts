import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeenFolders } from '../../../src/review/seenFolders.ts';

describe('folders that were seen', () => {
  let own: string;

  beforeEach(async () => {
    own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(() => rm(own, { recursive: true }));

  const load = () => SeenFolders.load(own, { sinceNs: 1n << 62n, known: { get: () => undefined } });

  it('are written by many who look at the same time, and leave nothing but what they wrote', async () => {
    const stats = await lstat(own, { bigint: true });
    const all = await Promise.all(Array.from({ length: 20 }, load));
    for (const seen of all) assert.equal(seen.isAnother('d', stats), false);
    await Promise.all(all.map((seen) => seen.save()));
    assert.deepEqual(await readdir(own), ['folders.json']);
    await mkdir(join(own, 'other'));
    assert.equal((await load()).isAnother('d', await lstat(join(own, 'other'), { bigint: true })), true);
  });
});
