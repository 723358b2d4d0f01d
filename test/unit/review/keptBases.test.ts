import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stampOf, type Change } from '../../../src/review/change.ts';
import { KeptBases } from '../../../src/review/merge/keptBases.ts';
import { OpenFolder } from '../../../src/review/openFolder.ts';

describe('what files held before a workspace changed them', () => {
  let own: string;
  let lower: OpenFolder;

  beforeEach(async () => {
    own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    await mkdir(join(own, 'lower'));
    lower = await OpenFolder.at(join(own, 'lower'));
  });
  afterEach(async () => {
    lower.close();
    await rm(own, { recursive: true });
  });

  const modified = async (path: string, text: string, more: Partial<Change> = {}): Promise<Change> => {
    await writeFile(join(own, 'lower', path), text);
    const stats = await lower.look(Buffer.from(path));
    assert.ok(stats);
    const about = { path, kind: 'modified', type: 'file', conflict: false, dangers: [] } as const;
    return { ...about, lower: stampOf(stats), ...more };
  };
  const keep = (...changes: readonly Change[]) => new KeptBases(own).keep(changes, lower);
  const read = async (path: string) => {
    const content = await new KeptBases(own).read(path);
    return content && String(content);
  };
  const kept = async () => (await readdir(join(own, 'bases'))).length;

  it('is kept once, renewed with the folder, and stays as it was in a conflict', async () => {
    await keep(await modified('a', 'one'), await modified('b', 'b'));
    assert.deepEqual(
      [await read('a'), await read('b'), await read('c'), await kept()],
      ['one', 'b', undefined, 2],
    );
    await keep(await modified('a', 'two'));
    assert.deepEqual([await read('a'), await kept()], ['two', 2]);
    await keep(await modified('a', 'host', { conflict: true }));
    assert.equal(await read('a'), 'two');
    await new KeptBases(own).drop('a');
    assert.deepEqual([await read('a'), await kept()], [undefined, 1]);
  });

  it('is not kept of what is no longer what was listed, of what was added, and of large files', async () => {
    const seen = await modified('a', 'one');
    await writeFile(join(own, 'lower', 'a'), 'another');
    await keep(
      seen,
      await modified('n', 'new', { kind: 'added' }),
      await modified('big', 'x'.repeat(600_000)),
    );
    assert.equal(await kept(), 0);
  });

  it('is kept of nothing in a folder that is not there any more', async () => {
    const seen = await modified('a', 'one');
    const gone = new KeptBases(join(own, 'gone'));
    await assert.rejects(gone.keep([seen], lower), { code: 'ENOENT' });
  });
});
