import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { failsWith } from '../../support/engine.ts';
import { folderState } from '../../support/folderState.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

const original = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'd/e.txt': 'e\n',
  'd/f/g.txt': 'g\n',
  '.git/hooks/pre-commit': 'mine\n',
};

describe('accepting and discarding changes', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine(original);
  });
  afterEach(() => review.dispose());

  const accept = (paths?: readonly string[]) => review.reviews.accept(review.id, paths);
  const left = async () => (await review.reviews.changes(review.id)).map(({ path }) => path);
  const onHost = (path: string) => fs.readFile(join(review.folder, path), 'utf8');
  const state = () => folderState(review.folder);

  it('takes nothing but what was seen, whatever is put in its place before the yes', async () => {
    await review.sh('echo harmless > a.txt; echo as-seen > n.txt; ln -s b.txt l.txt');
    const seen = await review.reviews.changes(review.id);
    await review.sh('echo evil > a.txt; rm l.txt; ln -s ../../outside l.txt; echo later > m.txt');
    const all = await review.reviews.accept(review.id, undefined, { seen });
    assert.deepEqual(all.accepted, ['n.txt']);
    const named = await review.reviews.accept(review.id, ['a.txt', 'l.txt', 'm.txt'], { seen });
    assert.deepEqual(named.accepted, []);
    assert.deepEqual(
      named.refused.map(({ path, reason }) => `${path} ${reason}`),
      ['a.txt changed', 'l.txt changed', 'm.txt changed'],
    );
    assert.equal(await onHost('a.txt'), 'a\n');
    await assert.rejects(fs.lstat(join(review.folder, 'l.txt')));
  });

  it('leaves a folder the mode that the person gave it meanwhile', async () => {
    await review.sh('echo e2 > d/e.txt');
    assert.deepEqual(await left(), ['d/e.txt']);
    await fs.chmod(join(review.folder, 'd'), 0o700);
    assert.deepEqual((await accept()).refused, [{ path: 'd', reason: 'conflict' }]);
    assert.equal((await state())['d'], 'folder 700');
    assert.equal(await onHost('d/e.txt'), 'e2\n');
  });

  it('gives a folder the rights of the workspace, also after what is in it was accepted', async () => {
    await fs.chmod(join(review.folder, 'd'), 0o3755);
    await review.reviews.discard(review.id, undefined);
    await review.sh('echo e2 > d/e.txt; chmod 775 d');
    assert.deepEqual((await accept(['d/e.txt'])).accepted, ['d/e.txt']);
    assert.deepEqual((await accept()).accepted, ['d']);
    const { mode } = await fs.stat(join(review.folder, 'd'));
    assert.equal((mode & 0o7777).toString(8), '3775');
  });

  it('makes of the folder what the workspace has, with owner and mode, and nothing is left to accept', async () => {
    await review.sh(`echo a2 > a.txt; rm b.txt; rm -rf d; mkdir -p d n/o; echo new > d/new.txt; chmod 640 d/new.txt
      echo '#!/bin/sh' > n/run.sh; chmod 4755 n/run.sh; ln -s ../a.txt n/link; ln a.txt n/hard`);
    const { accepted, refused } = await accept();
    assert.deepEqual(refused, []);
    assert.equal(accepted.length, 11);
    assert.deepEqual(await left(), []);
    assert.deepEqual(await state(), {
      '.git': 'folder 755',
      '.git/hooks': 'folder 755',
      '.git/hooks/pre-commit': 'file 644 mine\n',
      'a.txt': 'file 644 a2\n',
      d: 'folder 755',
      'd/new.txt': 'file 640 new\n',
      n: 'folder 755',
      'n/hard': 'file 644 a2\n',
      'n/link': 'link ../a.txt',
      'n/o': 'folder 755',
      'n/run.sh': 'file 755 #!/bin/sh\n',
    });
    const { uid, gid, nlink } = await fs.stat(join(review.folder, 'n/hard'));
    assert.deepEqual(
      [uid, gid, nlink],
      [...(process.getuid!() === 0 ? [1000, 1000] : [process.getuid!(), gid]), 1],
    );
    assert.equal(await review.sh('cat a.txt d/new.txt'), 'a2\nnew\n', 'it runs on');
    await review.core.service.restart(review.id);
    assert.deepEqual(await left(), []);
    await review.sh('echo a3 > a.txt');
    const linked = ['a.txt', 'n/hard'];
    assert.deepEqual(await left(), linked);
    assert.deepEqual((await accept()).accepted, linked);
    assert.equal(await onHost('a.txt'), 'a3\n');
  });

  it('takes single files, with the folders that they need', async () => {
    await review.sh('mkdir -p x/y; echo 1 > x/y/one; echo 2 > x/y/two; echo a2 > a.txt; rm -rf d');
    const { accepted, refused } = await accept(['x/y/one', 'nothing']);
    assert.deepEqual(accepted, ['x', 'x/y', 'x/y/one']);
    assert.deepEqual(refused, [{ path: 'nothing', reason: 'noChange' }]);
    assert.deepEqual((await accept(['d'])).accepted, ['d/f/g.txt', 'd/f', 'd/e.txt', 'd']);
    assert.deepEqual(await left(), ['a.txt', 'x/y/two']);
    assert.equal(await onHost('a.txt'), 'a\n');
  });

  it('refuses what is protected, leads out, is special or in conflict, and takes the first two by their own paths', async () => {
    await review.sh(`echo evil > .git/hooks/pre-commit; echo evil > .git/hooks/post-merge; ln -s /etc out; mkfifo fifo
      mkdir -p deep/.vscode; echo x > deep/.vscode/tasks.json; echo inside > a.txt; echo inside > b.txt`);
    await fs.writeFile(join(review.folder, 'a.txt'), 'host\n');
    const { accepted, refused } = await accept();
    assert.deepEqual(accepted, ['b.txt', 'deep']);
    assert.deepEqual(Object.fromEntries(refused.map(({ path, reason }) => [path, reason])), {
      '.git/hooks/post-merge': 'protected',
      '.git/hooks/pre-commit': 'protected',
      'a.txt': 'conflict',
      'deep/.vscode': 'protected',
      'deep/.vscode/tasks.json': 'protected',
      fifo: 'special',
      out: 'linkOut',
    });
    assert.equal(await onHost('.git/hooks/pre-commit'), 'mine\n');
    assert.equal(await onHost('a.txt'), 'host\n');
    assert.deepEqual((await accept(['.git/hooks'])).accepted, [], 'naming the folder around it is no yes');
    assert.deepEqual((await accept(['.git/hooks/pre-commit', 'out', 'a.txt', 'fifo'])).accepted, [
      '.git/hooks/pre-commit',
      'out',
    ]);
    assert.equal(await onHost('.git/hooks/pre-commit'), 'evil\n');
    assert.equal(await onHost('a.txt'), 'host\n');
  });

  it('never follows a symbolic link of the folder, nor goes where something is mounted', async () => {
    const outside = join(review.folder, '..', 'outside');
    await fs.mkdir(outside, { mode: 0o777 });
    await review.sh('echo inside > d/e.txt; echo inside > d/new.txt; rm d/f/g.txt');
    await fs.rename(join(review.folder, 'd'), join(review.folder, '../moved'));
    await fs.symlink(outside, join(review.folder, 'd'));
    const { accepted } = await accept(['d/e.txt', 'd/new.txt']);
    assert.deepEqual(accepted, []);
    assert.deepEqual(await fs.readdir(outside), []);
    assert.equal(await fs.readFile(join(review.folder, '../moved/e.txt'), 'utf8'), 'e\n');
  });

  it('undoes the last accept, but nothing that was changed since', async () => {
    const before = await state();
    await review.sh(
      'echo a2 > a.txt; rm b.txt; rm -rf d; echo file > d; mkdir n; echo 1 > n/1; ln -s x l; chmod 700 .git',
    );
    const { accepted } = await accept();
    assert.equal(accepted.length, 10);
    assert.deepEqual((await review.reviews.undoAccept(review.id))?.kept, []);
    assert.deepEqual(await state(), before);
    assert.equal((await left()).length, 10, 'they are changes again, and in no conflict');
    assert.ok((await review.reviews.changes(review.id)).every(({ conflict }) => !conflict));
    await accept();
    await fs.writeFile(join(review.folder, 'a.txt'), 'host\n');
    await fs.writeFile(join(review.folder, 'n/2'), 'host\n');
    const { kept } = (await review.reviews.undoAccept(review.id))!;
    assert.deepEqual(kept.toSorted(), ['a.txt', 'n']);
    assert.equal(await onHost('a.txt'), 'host\n');
    assert.equal(await onHost('b.txt'), 'b\n');
    assert.equal(await review.reviews.undoAccept(review.id), undefined);
  });

  it('is undone at the next start of a window when a process died in the middle of it', async () => {
    const before = await state();
    await review.sh('echo a2 > a.txt; rm b.txt; mkdir n; echo 1 > n/1');
    await accept();
    const journal = join(AcceptJournal.of(review.views.folderOf(review.id)).folder, 'journal');
    const lines = (await fs.readFile(journal, 'utf8')).trimEnd().split('\n');
    const unfinished = lines
      .slice(0, -1)
      .map((line) => line.replace(`"owner":${process.pid}`, '"owner":999999'));
    await fs.writeFile(journal, `${unfinished.join('\n')}\n{"step":"cha`);
    await fs.writeFile(
      join(review.folder, (JSON.parse(lines[1]!) as { draft: string }).draft),
      'left behind',
    );
    await review.reviews.recover();
    assert.deepEqual(await state(), before);
    assert.deepEqual(await left(), ['a.txt', 'b.txt', 'n', 'n/1']);
  });

  it('discards all: the workspace shows the folder again, also where root wrote, and runs again', async () => {
    await review.sh('echo a2 > a.txt; rm -rf d; mkdir d; echo new > d/new; mkdir -m 777 open');
    await review.sh('mkdir -m 700 open/root; echo x > open/root/x', '0:0');
    await review.reviews.discard(review.id, undefined);
    assert.deepEqual(await left(), []);
    assert.equal(
      await review.sh('cat a.txt d/e.txt d/f/g.txt; ls . d'),
      'a\ne\ng\n.:\na.txt\nb.txt\nd\n\nd:\ne.txt\nf\n',
    );
    assert.equal(await onHost('a.txt'), 'a\n');
  });

  it('runs again where a person gives up on the way, and stays stopped where it was paused', async () => {
    const { core, id, reviews } = review;
    await review.sh('echo a2 > a.txt');
    const giveUp = new AbortController();
    const stop = core.service.onDidChange(() => {
      if (core.service.get(id)?.container.kind === 'stopped') giveUp.abort();
    });
    await assert.rejects(reviews.discard(id, undefined, { signal: giveUp.signal }), failsWith('cancelled'));
    stop.dispose();
    assert.equal(core.service.get(id)?.container.kind, 'running');
    await core.service.pause(id);
    await reviews.discard(id, undefined);
    assert.equal(core.service.get(id)?.container.kind, 'stopped');
    assert.deepEqual(await left(), []);
  });

  it('discards single changes', async () => {
    await review.sh(
      'echo a2 > a.txt; rm b.txt; rm -rf d; mkdir -p n/o; echo 1 > n/o/1; echo 2 > n/2; chmod 700 .git',
    );
    await assert.rejects(review.reviews.discard(review.id, ['d/e.txt']), failsWith('invalidRequest', /"d"/));
    await review.reviews.discard(review.id, ['b.txt', 'd', 'n/o', '.git']);
    assert.deepEqual(await left(), ['a.txt', 'n', 'n/2']);
    assert.equal(await review.sh('cat a.txt b.txt d/e.txt; ls n'), 'a2\nb\ne\n2\n');
    await review.sh('rm -rf d; mkdir d; echo x > d/x');
    await review.reviews.discard(review.id, ['d/e.txt', 'd/f']);
    assert.deepEqual(await left(), ['a.txt', 'd/x', 'n', 'n/2']);
    assert.equal(await review.sh('cat d/e.txt d/f/g.txt'), 'e\ng\n');
  });

  it('is for workspaces in review mode only', async () => {
    const { id } = await review.core.service.create({ name: 'live', folder: review.folder, start: false });
    await assert.rejects(review.reviews.changes(id), failsWith('invalidRequest'));
    await assert.rejects(review.reviews.accept(id, undefined), failsWith('invalidRequest'));
    await assert.rejects(review.reviews.discard(id, undefined), failsWith('invalidRequest'));
  });
});
