import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { containerIdOf } from '../../../src/workspaces/containerState.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';
import { until } from '../../support/until.ts';

describe('what a workspace in review mode sees of later changes in the folder', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine({
      'a.txt': 'a\n',
      'b.txt': 'b\n',
      'c.txt': 'c\n',
      'd/e.txt': 'e\n',
      'g/e.txt': 'e\n',
      'g/f.txt': 'f\n',
    });
  });
  afterEach(() => review.dispose());

  const put = (path: string, text: string) => fs.writeFile(join(review.folder, path), text);
  const state = async () => {
    const { changes, pending } = await review.reviews.list(review.id);
    return {
      pending: pending.length,
      conflicts: changes.filter(({ conflict }) => conflict).map(({ path }) => path),
    };
  };

  it('is everything in files that it has not touched', async () => {
    await review.sh('echo inside > a.txt; mkdir n; echo new > n/new');
    await put('c.txt', 'host\n');
    await put('later.txt', 'host\n');
    assert.deepEqual(await state(), { pending: review.isCopy ? 2 : 0, conflicts: [] });
    // In a copy nothing appears by itself.
    if (review.isCopy) assert.deepEqual((await bringIn()).brought, ['c.txt', 'later.txt']);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    assert.equal(await review.sh('cat c.txt later.txt'), 'host\nhost\n');
  });

  it('is counted as pending where it was accepted before, until the workspace sees the folder again', async () => {
    await review.sh('echo inside > a.txt; rm b.txt; rm -rf d; mkdir d; echo new > d/new');
    await review.reviews.accept(review.id, undefined);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    await put('a.txt', 'host\n');
    await put('b.txt', 'host\n');
    await fs.rm(join(review.folder, 'd/new'));
    assert.deepEqual(await state(), { pending: 3, conflicts: [] });
    await review.core.service.restart(review.id);
    assert.deepEqual(await state(), { pending: 3, conflicts: [] });
    await review.sh('echo again > a.txt');
    assert.deepEqual(await state(), { pending: 2, conflicts: ['a.txt'] });
    await review.reviews.discard(review.id, undefined);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    assert.equal(await review.sh('cat a.txt b.txt; ls d'), 'host\nhost\n');
  });

  /** Replaces a file as git and most editors do, which leaves the kernel's memory of it as it was. */
  const replace = async (path: string, text: string) => {
    await put(`${path}.new`, text);
    if (process.getuid!() === 0) await fs.lchown(join(review.folder, `${path}.new`), 1000, 1000);
    await fs.rename(join(review.folder, `${path}.new`), join(review.folder, path));
  };
  const container = () => review.core.service.get(review.id)!.container;
  const bringIn = (...changed: readonly string[]) => review.sync.bringIn(review.id, changed);

  it('is brought in where the kernel remembers what was there, and is no change of the workspace', async () => {
    await review.sh('cat a.txt b.txt c.txt d/e.txt; ls new.txt n/deep/f.txt || true');
    await replace('a.txt', 'host\n');
    await fs.rm(join(review.folder, 'b.txt'));
    await fs.rm(join(review.folder, 'd/e.txt'));
    await put('new.txt', 'host\n');
    await fs.chmod(join(review.folder, 'new.txt'), 0o755);
    await fs.symlink('a.txt', join(review.folder, 'link'));
    await fs.mkdir(join(review.folder, 'n/deep'), { recursive: true });
    await put('n/deep/f.txt', 'deep\n');
    const changed = ['a.txt', 'b.txt', 'd/e.txt', 'new.txt', 'link', 'n/deep/f.txt'];
    const { behind } = await bringIn(...changed);
    assert.deepEqual(behind, []);
    assert.equal(
      await review.sh('cat a.txt new.txt link n/deep/f.txt; stat -c %a new.txt; ls'),
      'host\nhost\nhost\ndeep\n755\na.txt\nc.txt\nd\ng\nlink\nn\nnew.txt\n',
    );
    assert.deepEqual(await review.reviews.changes(review.id), []);
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    // And once more: what was brought in is no file of the workspace.
    await replace('a.txt', 'again\n');
    await fs.rm(join(review.folder, 'new.txt'));
    await put('b.txt', 'back\n');
    assert.deepEqual((await bringIn('a.txt', 'new.txt', 'b.txt')).behind, []);
    assert.equal(await review.sh('cat a.txt b.txt; ls new.txt || true'), 'again\nback\n');
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    await review.core.service.restart(review.id);
    assert.equal(await review.sh('cat a.txt b.txt; ls'), 'again\nback\na.txt\nb.txt\nc.txt\nd\ng\nlink\nn\n');
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
    assert.deepEqual(await review.reviews.changes(review.id), []);
  });

  it('comes at the next start where a folder went, or came in the place of something else', async () => {
    await review.sh('cat a.txt c.txt d/e.txt');
    await fs.rm(join(review.folder, 'd'), { recursive: true });
    await put('d', 'a file\n');
    await fs.rm(join(review.folder, 'c.txt'));
    await fs.mkdir(join(review.folder, 'c.txt'));
    await put('c.txt/in', 'host\n');
    const { brought, behind } = await bringIn('c.txt', 'c.txt/in', 'd', 'd/e.txt');
    // The kernel does not let go of a folder that is gone below it.
    assert.deepEqual({ brought, behind }, { brought: [], behind: ['c.txt', 'c.txt/in', 'd', 'd/e.txt'] });
    assert.deepEqual(await review.reviews.changes(review.id), []);
    await review.core.service.restart(review.id);
    assert.equal(await review.sh('cat d c.txt/in; ls'), 'a file\nhost\na.txt\nb.txt\nc.txt\nd\ng\n');
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
  });

  it('is never brought over what the workspace has written or removed', async () => {
    await review.sh('cat c.txt; echo mine > a.txt; rm b.txt; echo mine > d/mine; rm d/e.txt');
    await replace('a.txt', 'host\n');
    await put('b.txt', 'host\n');
    await put('d/e.txt', 'host\n');
    await replace('c.txt', 'host\n');
    const { brought, behind } = await bringIn('a.txt', 'b.txt', 'd/e.txt', 'c.txt', 'd');
    assert.deepEqual({ brought, behind }, { brought: ['c.txt'], behind: [] });
    assert.equal(
      await review.sh('cat a.txt c.txt d/mine; ls; ls d'),
      'mine\nhost\nmine\na.txt\nc.txt\nd\ng\nmine\n',
    );
    assert.deepEqual((await state()).conflicts, ['a.txt', 'b.txt', 'd/e.txt']);
    // A folder that is gone from the folder is not taken from a workspace that has written into it.
    await fs.rm(join(review.folder, 'd'), { recursive: true });
    await bringIn('d', 'd/e.txt');
    assert.equal(await review.sh('cat d/mine'), 'mine\n');
  });

  it('goes into a workspace that is changed later as what was there before', async () => {
    await review.sh('cat a.txt b.txt; ls f.txt || true');
    await replace('a.txt', 'host\n');
    await fs.rm(join(review.folder, 'b.txt'));
    await put('f.txt', 'host\n');
    await bringIn('a.txt', 'b.txt', 'f.txt');
    await review.sh('echo inside >> a.txt; echo new > b.txt; rm f.txt');
    const changes = await review.reviews.changes(review.id);
    assert.deepEqual(
      changes.map(({ path, kind, conflict }) => ({ path, kind, conflict })),
      [
        { path: 'a.txt', kind: 'modified', conflict: false },
        { path: 'b.txt', kind: 'added', conflict: false },
        { path: 'f.txt', kind: 'deleted', conflict: false },
      ],
    );
    await review.reviews.accept(review.id, undefined);
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'host\ninside\n');
    await assert.rejects(fs.stat(join(review.folder, 'f.txt')), { code: 'ENOENT' });
  });

  it('is brought in where it was accepted before', async () => {
    await review.sh('echo inside > a.txt; rm b.txt');
    await review.reviews.accept(review.id, undefined);
    await put('a.txt', 'host\n');
    await put('b.txt', 'host\n');
    assert.equal((await state()).pending, 2);
    assert.deepEqual((await bringIn()).brought, ['a.txt', 'b.txt']);
    assert.equal(await review.sh('cat a.txt b.txt'), 'host\nhost\n');
    assert.deepEqual(await state(), { pending: 0, conflicts: [] });
  });

  it('keeps what is hidden out, and what covers it in its place', async () => {
    await review.sh('ls; cat c.txt');
    await put('.env', 'SECRET=1\n');
    await put('d/.env', 'SECRET=1\n');
    await replace('c.txt', 'host\n');
    assert.deepEqual((await bringIn('.env', 'd/.env', 'c.txt')).brought, ['c.txt']);
    await review.core.service.restart(review.id);
    assert.equal(await review.sh('cat .env d/.env 2>/dev/null || true'), '');
    const before = containerIdOf(container());
    await replace('.env', 'SECRET=2\n');
    await fs.rm(join(review.folder, 'd'), { recursive: true });
    // What covers a file goes with it, and is laid anew. A copy never had the file.
    if (!review.isCopy)
      await until(() => container().kind === 'running' && containerIdOf(container()) !== before);
    assert.deepEqual((await bringIn('.env', 'd', 'd/.env')).brought, []);
    assert.equal(await review.sh('cat .env d/.env 2>/dev/null || true'), '');
  });

  it('leaves what the workspace did to folders in which something was brought in, also after the next start', async () => {
    await review.sh('cat g/e.txt a.txt');
    await replace('g/e.txt', 'host\n');
    assert.deepEqual((await bringIn('g/e.txt')).brought, ['g/e.txt']);
    await review.sh('rm -rf g; mkdir g');
    const deleted = async () =>
      (await review.reviews.changes(review.id)).map(({ path, kind }) => `${kind} ${path}`);
    assert.deepEqual(await deleted(), ['deleted g/e.txt', 'deleted g/f.txt']);
    await review.core.service.restart(review.id);
    assert.deepEqual(await deleted(), ['deleted g/e.txt', 'deleted g/f.txt']);
    assert.equal(await review.sh('ls g'), '');
    // Nor does the person's next version come into the folder that it made anew.
    await replace('g/e.txt', 'again\n');
    assert.deepEqual((await bringIn('g/e.txt', 'g')).brought, []);
    assert.equal(await review.sh('ls g'), '');
  });

  it('is not brought over what the workspace had when a merge was accepted, before that can be undone no more', async () => {
    await review.sh('echo inside > a.txt');
    await put('a.txt', 'host\n');
    assert.equal(
      await review.merges.accept(
        review.id,
        await review.merges.conflict(review.id, 'a.txt'),
        Buffer.from(Buffer.from('both\n')),
      ),
      true,
    );
    assert.deepEqual((await bringIn('a.txt')).brought, []);
    await review.reviews.undoAccept(review.id);
    assert.equal(await review.sh('cat a.txt'), 'inside\n');
    assert.deepEqual((await state()).conflicts, ['a.txt']);
  });

  it('shows what comes into a new folder later without being told, from the next start on', async () => {
    await review.sh('ls n/deep || true');
    await fs.mkdir(join(review.folder, 'n/deep'), { recursive: true });
    await put('n/deep/f.txt', 'host\n');
    assert.deepEqual((await bringIn('n/deep/f.txt')).brought, ['n', 'n/deep', 'n/deep/f.txt']);
    await put('n/g.txt', 'later\n');
    await put('n/deep/g.txt', 'later\n');
    await review.core.service.restart(review.id);
    assert.equal(await review.sh('cat n/deep/* n/g.txt'), 'host\nlater\nlater\n');
    assert.deepEqual(await review.reviews.changes(review.id), []);
  });
});
