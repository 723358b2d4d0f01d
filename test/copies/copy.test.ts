import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { failsWith } from '../support/engine.ts';
import { ownedByPerson } from '../support/folders.ts';
import { reviewOnEngine, type ReviewOnEngine } from '../support/reviewOnEngine.ts';

const original = {
  'a.txt': 'a\n',
  'd/e.txt': 'e\n',
  'd/f/g.txt': 'g\n',
  '.env': 'SECRET=1\n',
  'run.sh': '#!/bin/sh\n',
};

describe('a copy of a folder that the engine does not see', function () {
  this.timeout(120_000);
  let review: ReviewOnEngine;

  beforeEach(async () => {
    review = await reviewOnEngine(original);
  });
  afterEach(() => review.dispose());

  const inFolder = (path: string) => join(review.folder, path);
  const list = () => review.reviews.list(review.id);
  const restart = () => review.core.service.restart(review.id);
  const engine = () => review.engine.engine;

  it('has what the folder has, with owner and mode, but nothing that is hidden', async () => {
    assert.equal(review.views.copies.has(review.id), true);
    assert.equal(await review.sh('cat d/e.txt d/f/g.txt'), 'e\ng\n');
    assert.equal(await review.sh('ls -A'), 'a.txt\nd\nrun.sh\n');
    const [here, there] = [await fs.stat(inFolder('a.txt')), await review.sh('stat -c "%u %g %a" a.txt')];
    assert.equal(there, `${here.uid} ${here.gid} ${(here.mode & 0o777).toString(8)}\n`);
    assert.deepEqual((await list()).changes, []);
    assert.equal((await list()).copy?.leftOut, 0);
  });

  it('tells what was changed in the folder as pending, and has it after the next start', async () => {
    await fs.writeFile(inFolder('a.txt'), 'a2\n');
    await fs.writeFile(inFolder('new.txt'), 'new\n');
    await fs.rm(inFolder('d'), { recursive: true });
    const before = await list();
    assert.deepEqual(before.changes, []);
    assert.equal(before.pending.length, 6);
    await restart();
    assert.equal(await review.sh('cat a.txt new.txt; ls'), 'a2\nnew\na.txt\nnew.txt\nrun.sh\n');
    const after = await list();
    assert.deepEqual([after.changes, after.pending], [[], []]);
  });

  it('has names of any bytes, and links to them, and gives them back', async () => {
    const odd = Buffer.from([0x6f, 0x0a, 0xff, 0x80, 0xc3, 0xa4]);
    const at = (...names: readonly Buffer[]) =>
      Buffer.concat([Buffer.from(review.folder), ...names.flatMap((name) => [Buffer.from('/'), name])]);
    await fs.mkdir(at(odd));
    await fs.writeFile(at(odd, odd), 'here\n');
    await fs.symlink(odd, at(Buffer.from('link')));
    await fs.chown(at(odd), 1000, 1000);
    await fs.chown(at(odd, odd), 1000, 1000);
    await restart();
    const name = "$(printf 'o\\012\\377\\200\\303\\244')";
    assert.equal(await review.sh(`cat "${name}/${name}" "link/${name}"`), 'here\nhere\n');
    await review.sh(
      `echo there > "${name}/${name}3"; ln -s "${name}" "${name}/link"; mkdir "${name}/${name}2"`,
    );
    assert.deepEqual((await review.reviews.accept(review.id, undefined)).refused, []);
    const more = (end: string) => Buffer.concat([odd, Buffer.from(end)]);
    assert.equal(await fs.readFile(at(odd, more('3')), 'utf8'), 'there\n');
    assert.deepEqual(await fs.readlink(at(odd, Buffer.from('link')), { encoding: 'buffer' }), odd);
    assert.ok((await fs.stat(at(odd, more('2')))).isDirectory());
    assert.deepEqual((await list()).changes, []);
    await restart();
    assert.deepEqual((await list()).changes, []);
    assert.deepEqual((await list()).pending, []);
  });

  it('gets nothing that is hidden or not to be copied by what is brought in while it runs', async () => {
    for (const path of ['new/a.txt', 'new/.env', 'new/cache.skip', 'new/in/b.txt']) {
      await fs.mkdir(dirname(inFolder(path)), { recursive: true });
      await fs.writeFile(inFolder(path), 'x\n');
    }
    const { behind } = await review.sync.bringIn(review.id, []);
    assert.deepEqual(behind, []);
    assert.equal(await review.sh('find new -type f | sort'), 'new/a.txt\nnew/in/b.txt\n');
    assert.deepEqual((await list()).changes, []);
  });

  it('leaves every folder to its owner, whatever is changed in it', async () => {
    await fs.writeFile(inFolder('d/e.txt'), 'e2\n');
    await fs.rm(inFolder('d/f/g.txt'));
    await fs.mkdir(inFolder('n/m'), { recursive: true });
    await fs.writeFile(inFolder('n/m/o'), 'o\n');
    await ownedByPerson(review.folder);
    await restart();
    await review.sh('echo x > d/x; echo x > d/f/x; echo x > n/m/x');
    await fs.rm(inFolder('n/m/o'));
    await restart();
    assert.equal(await review.sh('ls d d/f n/m'), 'd:\ne.txt\nf\nx\n\nd/f:\nx\n\nn/m:\nx\n');
  });

  it('shows a folder that was removed and came back as it is then', async () => {
    await fs.rm(inFolder('d'), { recursive: true });
    await restart();
    await fs.mkdir(inFolder('d'));
    await fs.writeFile(inFolder('d/other.txt'), 'other\n');
    await restart();
    assert.equal(await review.sh('find d | sort'), 'd\nd/other.txt\n');
    await fs.rm(inFolder('d'), { recursive: true });
    await fs.writeFile(inFolder('d'), 'a file now\n');
    await restart();
    assert.equal(await review.sh('cat d'), 'a file now\n');
    await fs.rm(inFolder('d'));
    await fs.mkdir(inFolder('d/f'), { recursive: true });
    await restart();
    assert.equal(await review.sh('find d | sort'), 'd\nd/f\n');
    assert.deepEqual((await list()).changes, []);
  });

  it('counts what was never copied as seen by nobody inside', async () => {
    await review.sh('echo mine > .env; echo changed > a.txt');
    const { changes } = await list();
    assert.deepEqual(
      changes.map(({ path, conflict }) => `${path} ${String(conflict)}`),
      ['.env true', 'a.txt false'],
    );
    const { accepted } = await review.reviews.accept(review.id, ['.env', 'a.txt']);
    assert.deepEqual(accepted, ['a.txt']);
    assert.equal(await fs.readFile(inFolder('.env'), 'utf8'), 'SECRET=1\n');
  });

  it('keeps what was written through an archive, which removes the container, and goes with the workspace', async () => {
    await review.sh('echo kept > kept.txt; rm run.sh');
    await review.core.service.archive(review.id);
    assert.deepEqual(await engine().listCopies(), [review.id]);
    await review.core.service.restore(review.id);
    await review.core.service.start(review.id);
    assert.equal(await review.sh('cat kept.txt; ls'), 'kept\na.txt\nd\nkept.txt\n');
    await review.core.service.remove(review.id);
    assert.deepEqual(await engine().listCopies(), []);
  });

  it('is left alone where another installation made it, which knows what was written', async () => {
    await review.sh('echo kept > kept.txt');
    const { service } = review.core;
    const state = join(review.folder, '../kept', review.id, 'copy.json');
    const elsewhere = async (work: () => Promise<unknown>) => {
      await fs.rename(state, `${state}.elsewhere`);
      await assert.rejects(work(), failsWith('conflict', /another installation of VS Code made/));
      await fs.rename(`${state}.elsewhere`, state);
    };
    await elsewhere(restart);
    assert.equal(service.get(review.id)?.container.kind, 'stopped', 'its container is still there');
    await service.start(review.id);
    await service.archive(review.id);
    await service.restore(review.id);
    await elsewhere(() => service.start(review.id));
    await service.start(review.id);
    assert.equal(await review.sh('cat kept.txt'), 'kept\n');
  });

  it('is made anew where the engine has lost it, with what was last seen of the writing', async () => {
    await review.sh('echo seen > seen.txt; rm a.txt');
    assert.equal((await list()).changes.length, 2);
    await review.core.service.archive(review.id);
    await engine().removeCopy(review.id);
    await review.core.service.restore(review.id);
    await review.core.service.start(review.id);
    assert.equal(await review.sh('cat seen.txt; ls'), 'seen\nd\nrun.sh\nseen.txt\n');
  });

  it('goes on where it was broken off', async () => {
    const big = Buffer.alloc(3 * 1024 ** 2, 'x');
    for (let index = 0; index < 300; index++) await fs.writeFile(inFolder(`big${index}`), big);
    const cancel = new AbortController();
    const said: string[] = [];
    const restarting = review.core.service.restart(review.id, {
      signal: cancel.signal,
      onProgress: (message) => {
        if (!/: \d/.test(message)) return;
        said.push(message);
        cancel.abort();
      },
    });
    await assert.rejects(restarting, failsWith('cancelled'));
    const copiedBefore = (await fs.readFile(copiedOf(review), 'utf8')).split('\n').length;
    assert.ok(copiedBefore > 50, `${copiedBefore} were copied before the cancel`);
    said.length = 0;
    await review.core.service.start(review.id, { onProgress: (message) => said.push(message) });
    const totals = said.flatMap((message) => /of ([\d,]+) MiB/.exec(message)?.[1] ?? []);
    assert.ok(Number(totals[0]?.replaceAll(',', '')) < 900, `said ${said.join('; ')}`);
    assert.equal(await review.sh('ls | grep -c big; cat big* | wc -c'), `300\n${300 * big.length}\n`);
  });

  it('never gets what is hidden, whatever comes up and whatever is discarded', async () => {
    await fs.mkdir(inFolder('d/f/deep'));
    await fs.writeFile(inFolder('d/f/deep/.env'), 'SECRET=2\n');
    await fs.writeFile(inFolder('d/key.pem'), 'SECRET=3\n');
    await restart();
    assert.equal(await review.sh('find d | sort'), 'd\nd/e.txt\nd/f\nd/f/deep\nd/f/g.txt\n');
    await review.sh('rm -rf d; mkdir d; touch d/new; echo other > other.txt');
    await review.reviews.discard(review.id, ['d/f']);
    assert.equal(await review.sh('find d | sort'), 'd\nd/f\nd/f/deep\nd/f/g.txt\nd/new\n');
    assert.equal(await review.sh('grep -r SECRET . || true'), '');
  });

  it('keeps what was removed with a folder that was made anew, whatever else is discarded', async () => {
    await review.sh('rm -rf d; mkdir d; echo n > d/n; echo other > other.txt');
    const before = (await list()).changes.map(({ path }) => path);
    await review.reviews.discard(review.id, ['other.txt']);
    assert.deepEqual(
      (await list()).changes.map(({ path }) => path),
      before.filter((path) => path !== 'other.txt'),
    );
    assert.equal(await review.sh('ls d'), 'n\n');
  });

  it('has files of any time', async () => {
    const late = 4_102_444_800;
    await fs.utimes(inFolder('a.txt'), late, late);
    // An engine gives what is older than 1970 the time of the copy.
    await fs.utimes(inFolder('run.sh'), -86_400, -86_400);
    await restart();
    assert.equal(await review.sh('stat -c %Y a.txt; cat run.sh'), `${late}\n#!/bin/sh\n`);
    await review.sh(`touch -d @${late} later.txt; echo other > other.txt`);
    await review.reviews.discard(review.id, ['other.txt']);
    assert.equal(await review.sh('stat -c %Y later.txt'), `${late}\n`);
  });

  it('discards nothing by itself where that would lose what no mirror can hold', async () => {
    const long = 'A'.repeat(200);
    await review.sh(`echo long > ${long}; echo one > n.txt; mkfifo pipe; echo more > m.txt`);
    const lost = failsWith('conflict', /would lose 1 of the entries/);
    await assert.rejects(review.reviews.discard(review.id, ['n.txt']), lost);
    assert.equal(await review.sh(`cat ${long} n.txt`), 'long\none\n', 'nothing was done, and it runs on');
    await review.sh(`rm ${long}`);
    await review.reviews.discard(review.id, ['n.txt']);
    assert.equal(
      await review.sh('test -p pipe; echo by > pipe & cat pipe m.txt; ls'),
      [...['by', 'more', 'a.txt', 'd', 'm.txt', 'pipe', 'run.sh', '']].join('\n'),
    );
    await review.sh(`echo long > ${long}`);
    await review.reviews.discard(review.id, undefined);
    assert.equal(await review.sh('ls'), 'a.txt\nd\nrun.sh\n');
  });

  it('takes a discard and a step back to a snapshot over', async () => {
    await review.sh('echo one > n.txt; rm -rf d');
    const taken = await review.snapshots.take(review.id, 'first');
    assert.ok(taken);
    await review.sh('echo two > n.txt; echo more > m.txt');
    await review.reviews.discard(review.id, ['n.txt']);
    assert.equal(await review.sh('ls'), 'a.txt\nm.txt\nrun.sh\n');
    await review.snapshots.goBack(review.id, taken.snapshot.id);
    assert.equal(await review.sh('cat n.txt; ls'), 'one\na.txt\nn.txt\nrun.sh\n');
    await review.reviews.discard(review.id, undefined);
    assert.equal(await review.sh('ls'), 'a.txt\nd\nrun.sh\n');
    assert.deepEqual((await list()).changes, []);
  });
});

function copiedOf({ views, id }: ReviewOnEngine): string {
  return join(views.folderOf(id), 'copied.ndjson');
}
