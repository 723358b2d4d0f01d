import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { storingProgram } from '../../support/mappedFile.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../../support/reviewOnEngine.ts';

describe('a workspace in review mode that fights its review', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;
  let outside: string;

  beforeEach(async () => {
    review = await reviewOnEngine({ 'a.txt': 'a\n', 'd/e.txt': 'e\n' });
    outside = join(review.folder, '../outside');
    await fs.mkdir(outside, { mode: 0o777 });
  });
  afterEach(() => review.dispose());

  it('gets nothing out of the folder by swapping files, folders and links while its changes are accepted', async () => {
    const hostile = `( while :; do
        rm -rf x; mkdir -p x/d; echo 1 > x/d/f; rm -rf x; ln -s ${outside} x; rm -f x; echo file > x
        rm -rf d; ln -s ${outside} d; rm -f d; mkdir d; echo 2 > d/e.txt; echo more >> grows; mv grows gone; mv gone grows
      done ) >/dev/null 2>&1 &`;
    await review.sh(hostile);
    for (let round = 0; round < 8; round += 1) {
      const { accepted } = await review.reviews.accept(review.id, undefined);
      for (const path of accepted) {
        const stats = await fs.lstat(join(review.folder, path)).catch(() => undefined);
        assert.notEqual(stats?.isSymbolicLink(), true, path);
      }
      assert.equal(review.core.service.get(review.id)?.container.kind, 'running');
    }
    assert.deepEqual(await fs.readdir(outside), []);
    const names = await fs.readdir(review.folder);
    assert.deepEqual(
      names.filter((name) => name.startsWith('.cordon-')),
      [],
    );
  });

  it('gets nothing but its own files changed by swapping folders and links while changes are brought in', async () => {
    await review.sh(`mkdir /tmp/away; cat d/e.txt
      ( while :; do mv d d2; ln -s /tmp/away d; rm d; mv d2 d; done ) >/dev/null 2>&1 &`);
    for (let round = 0; round < 10; round += 1) {
      const file = join(review.folder, 'd/e.txt');
      await fs.writeFile(`${file}.new`, `${round}\n`);
      await fs.rename(`${file}.new`, file);
      await review.sync.bringIn(review.id, ['d/e.txt', 'd']);
      assert.equal(await fs.readFile(file, 'utf8'), `${round}\n`);
    }
    assert.deepEqual(await fs.readdir(join(review.folder, 'd')), ['e.txt']);
    assert.equal(await review.sh('ls /tmp/away'), '');
    assert.equal(review.core.service.get(review.id)?.container.kind, 'running');
  });

  it('cannot reach the real folder for writing, whatever is tried', async () => {
    const tries = [
      'mount -o remount,rw /workspace; mount -o bind / /mnt; umount /workspace && echo x > /workspace/a.txt',
      'for f in /proc/*/root/workspace/a.txt /proc/self/fd/*/a.txt; do echo x > $f; done',
      'grep -o "lowerdir=[^,]*" /proc/self/mountinfo | while IFS== read -r _ at; do echo x > $at/a.txt; done',
      "unshare -Urm sh -c 'mount -t overlay overlay -o lowerdir=/workspace,upperdir=/tmp,workdir=/run /mnt'",
    ];
    for (const line of tries) await review.sh(`(${line}) >/dev/null 2>&1; true`, '0:0');
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'a\n');
  });

  it('is not waited for when it leaves FIFOs, hard links and many files', async () => {
    await review.sh(`mkfifo a.fifo; rm a.txt; mkfifo a.txt; mkdir many; cd many; i=0
      while [ $i -lt 3000 ]; do echo $i > $i; i=$((i+1)); done; ln 1 hard; ln 1 harder`);
    const { accepted, refused } = await review.reviews.accept(review.id, undefined);
    assert.deepEqual(
      refused.map(({ path }) => path),
      ['a.fifo', 'a.txt'],
    );
    assert.equal(accepted.length, 3003);
    assert.equal(await fs.readFile(join(review.folder, 'many/2999'), 'utf8'), '2999\n');
    assert.deepEqual(
      (await review.reviews.changes(review.id)).map(({ path }) => path),
      ['a.fifo', 'a.txt'],
    );
  });
});

describe('a workspace in review mode that has a file in its memory', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  before(async () => {
    review = await reviewOnEngine({ 'a.txt': 'a0\n' }, { image: 'cordon/debian:local' });
  });
  after(() => review.dispose());

  it('gets nothing into the folder that it stored there unseen after that was shown', async () => {
    await review.sh(`echo a1 > a.txt; mkfifo /tmp/in
      perl -e '${storingProgram}' a.txt <> /tmp/in > /tmp/out 2>&1 &`);
    let stored = 0;
    const store = (character: string) =>
      review.sh(
        `printf ${character} > /tmp/in; until [ "$(wc -l < /tmp/out)" -ge ${(stored += 1)} ]; do :; done`,
      );
    await store('b');
    const seen = await review.reviews.changes(review.id);
    const shown = await review.reviews.side(review.id, 'a.txt', 'workspace');
    assert.equal(shown.kind === 'text' && shown.bytes.toString(), 'b1\n');
    await store('c');
    assert.equal(await review.sh('cat a.txt'), 'c1\n');
    assert.deepEqual(await review.reviews.accept(review.id, undefined, { seen }), {
      accepted: [],
      refused: [{ path: 'a.txt', reason: 'changed' }],
    });
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'a0\n');
  });
});

describe('a workspace in review mode that leaves sockets', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  before(async () => {
    review = await reviewOnEngine({ 'a.txt': 'a\n' }, { image: 'cordon/debian:local' });
  });
  after(() => review.dispose());

  it('cannot have them accepted, and everything else can be', async () => {
    await review.sh(
      "rm a.txt; for name in a.txt s.sock; do perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => shift, Listen => 1) or die' $name; done; echo b > b.txt",
    );
    const { accepted, refused } = await review.reviews.accept(review.id, undefined);
    assert.deepEqual(accepted, ['b.txt']);
    assert.ok(refused.every(({ reason }) => reason === 'special'));
    assert.equal(await fs.readFile(join(review.folder, 'a.txt'), 'utf8'), 'a\n');
    await assert.rejects(fs.lstat(join(review.folder, 's.sock')), { code: 'ENOENT' });
  });
});
