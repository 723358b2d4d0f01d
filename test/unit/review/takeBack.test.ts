import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { promises } from 'node:fs';
import * as fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AcceptJournal } from '../../../src/review/acceptJournal.ts';
import { hasCode } from '../../../src/shared/errors.ts';
import { failsWith } from '../../support/engine.ts';
import { fullDisk } from '../../support/fullDisk.ts';
import { folderState } from '../../support/folderState.ts';
import { reviewOnDisk, type ReviewOnDisk } from '../../support/reviewOnDisk.ts';

describe('what an accept did', () => {
  let review: ReviewOnDisk;
  let before: Readonly<Record<string, string>>;

  beforeEach(async () => {
    review = reviewOnDisk(await fs.mkdtemp(join(tmpdir(), 'cordon-test-')));
    const { inFolder, inUpper } = review;
    await fs.mkdir(inFolder('d/empty'), { recursive: true });
    for (const name of ['a.txt', 'd/b.txt', 'c.txt']) await fs.writeFile(inFolder(name), `${name} before`);
    await fs.symlink('a.txt', inFolder('link'));
    await review.prepare();
    before = await folderState(review.path);
    await fs.mkdir(inUpper('d'));
    for (const name of ['a.txt', 'd/b.txt', 'd/empty', 'new.txt'])
      await fs.writeFile(inUpper(name), `${name} after`);
    await fs.symlink('c.txt', inUpper('link'));
  });
  afterEach(() => fs.rm(review.parent, { recursive: true }));

  /** Accepts all, and changes what was noted about that. */
  const acceptAndNote = async (change: (lines: readonly string[]) => readonly string[]) => {
    await review.acceptAll();
    const journal = join(AcceptJournal.of(review.own).folder, 'journal');
    const lines = (await fs.readFile(journal, 'utf8')).trimEnd().split('\n');
    await fs.writeFile(journal, change(lines).join('\n') + '\n');
  };
  const unfinished = (lines: readonly string[]) => lines.slice(0, -1);
  const failureOf = async (work: Promise<unknown>) => {
    let failure: unknown;
    await work.catch((error: unknown) => (failure = error));
    assert.ok(failure instanceof Error);
    return failure;
  };
  const keptIn = ({ message }: Error) => /kept in "(.*)"\.$/.exec(message)?.[1] ?? '';

  it('is undone only where it was the last one, if a certain one is meant', async () => {
    const { at: first } = await review.acceptAll();
    await fs.writeFile(review.inUpper('new.txt'), 'later');
    const { at: second } = await review.acceptAll();
    await assert.rejects(review.undo(first), failsWith('conflict'));
    assert.equal(await fs.readFile(review.inFolder('new.txt'), 'utf8'), 'later');
    const { restored } = (await review.undo(second))!;
    assert.deepEqual(restored, ['new.txt']);
    await assert.rejects(review.undo(first), failsWith('conflict'), 'none is left');
  });

  it('is taken back at the next start but for what a person changed, who is told where the rest is', async () => {
    await acceptAndNote(unfinished);
    await fs.writeFile(review.inFolder('d/b.txt'), 'of the person');
    await fs.rm(review.inFolder('link'));
    const failure = await failureOf(review.recover());
    assert.ok(hasCode(failure, 'conflict'));
    assert.deepEqual(
      review.left.map(({ error }) => error),
      [failure],
    );
    assert.match(failure.message, /"link", "d\/b\.txt"|"d\/b\.txt", "link"/);
    const originals = keptIn(failure);
    assert.equal(await fs.readFile(join(originals, 'd/b.txt'), 'utf8'), 'd/b.txt before');
    assert.equal(await fs.readlink(join(originals, 'link')), 'a.txt');
    const { link: _, ...rest } = before;
    assert.deepEqual(await folderState(review.path), { ...rest, 'd/b.txt': 'file 644 of the person' });
    await review.recover();
    const { accepted, refused } = await review.acceptAll();
    assert.deepEqual(accepted, ['a.txt', 'd/empty', 'link', 'new.txt']);
    assert.deepEqual(refused, [{ path: 'd/b.txt', reason: 'conflict' }]);
  });

  it('is undone but for what a person changed since, of which the original is kept', async () => {
    await review.acceptAll();
    await fs.writeFile(review.inFolder('a.txt'), 'of the person');
    const { kept, originals } = (await review.undo())!;
    assert.deepEqual(kept, ['a.txt']);
    assert.equal(await fs.readFile(join(originals!, 'a.txt'), 'utf8'), 'a.txt before');
    assert.equal(await review.undo(), undefined);
  });

  it('is known also where another window accepts something just before it holds the view', async () => {
    const { writeFile } = promises;
    promises.writeFile = async (...about) => {
      if (typeof about[0] === 'string' && about[0].endsWith('/lock')) {
        Object.assign(promises, { writeFile });
        syncBuiltinESMExports();
        await reviewOnDisk(review.parent).accept(['a.txt']);
      }
      await writeFile(...about);
    };
    syncBuiltinESMExports();
    try {
      assert.deepEqual((await review.accept(['new.txt'])).accepted, ['new.txt']);
    } finally {
      Object.assign(promises, { writeFile });
      syncBuiltinESMExports();
    }
    await fs.writeFile(review.inUpper('a.txt'), 'of the workspace again');
    const again = (await review.changes()).find(({ path }) => path === 'a.txt');
    assert.equal(again?.conflict, false);
  });

  it('is undone but for what a person saves at that very moment', async () => {
    await review.acceptAll();
    const { open } = promises;
    promises.open = async (...about) => {
      const file = await open(...about);
      if (!about[0].toString().endsWith('/a.txt')) return file;
      const close = file.close.bind(file);
      file.close = async () => {
        await close();
        await fs.writeFile(review.inFolder('a.txt'), 'of the person');
      };
      return file;
    };
    syncBuiltinESMExports();
    try {
      assert.deepEqual((await review.undo())?.kept, ['a.txt']);
    } finally {
      promises.open = open;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await folderState(review.path), { ...before, 'a.txt': 'file 644 of the person' });
  });

  it('is taken back as far as it can be read where the note of it is damaged, and the rest is kept', async () => {
    await acceptAndNote((lines) => {
      const at = lines.findIndex((line) => line.includes('"change"') && line.includes('"a.txt"'));
      return unfinished(lines.with(at, `${lines[at]!.slice(0, 40)}${lines[at]!}`));
    });
    const failure = await failureOf(review.recover());
    assert.ok(hasCode(failure, 'storageFailed'));
    assert.equal(review.left[0]?.error.originals, keptIn(failure));
    assert.deepEqual(await folderState(review.path), { ...before, 'a.txt': 'file 644 a.txt after' });
    const journal = join(keptIn(failure), '.cordon-journal');
    const kept = await Promise.all(
      (await fs.readdir(journal)).map((name) => fs.readFile(join(journal, name), 'utf8')),
    );
    assert.ok(kept.includes('a.txt before'));
    await review.recover();
    assert.ok((await review.acceptAll()).accepted.length > 0, 'the view is open');
  });

  it('is taken back at a cancel but for what a person changed meanwhile, which is told', async () => {
    const controller = new AbortController();
    const { left, inFolder, acceptAll } = reviewOnDisk(review.parent, controller.signal);
    const { rename } = promises;
    promises.rename = async (from, to) => {
      await rename(from, to);
      if (!to.toString().endsWith('/a.txt')) return;
      await fs.writeFile(inFolder('a.txt'), 'of the person');
      controller.abort();
    };
    syncBuiltinESMExports();
    try {
      await assert.rejects(acceptAll(), failsWith('conflict', /broken off .*: "a\.txt"\./));
    } finally {
      promises.rename = rename;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await folderState(review.path), { ...before, 'a.txt': 'file 644 of the person' });
    const [told] = left;
    assert.equal(left.length, 1);
    assert.equal(await fs.readFile(join(told!.error.originals!, 'a.txt'), 'utf8'), 'a.txt before');
  });

  it('is told where it cannot be taken back yet, and is taken back later', async () => {
    const known = `${join(review.own, 'known.json')}.new`;
    await fs.mkdir(known);
    await assert.rejects(review.acceptAll(), failsWith('storageFailed', /not all of it is taken back yet/));
    assert.equal(review.left.length, 1);
    await assert.rejects(review.recover(), failsWith('storageFailed', /not all of it is taken back yet/));
    assert.equal(review.left.length, 2);
    await fs.rmdir(known);
    await review.recover();
    assert.deepEqual(await folderState(review.path), before);
    assert.equal(review.left.length, 2);
  });

  it('is taken back where what was there is gone and nothing can take its place', async () => {
    const { link } = promises;
    promises.link = () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }));
    syncBuiltinESMExports();
    try {
      await assert.rejects(review.acceptAll(), /nothing has taken its place/);
    } finally {
      promises.link = link;
      syncBuiltinESMExports();
    }
    assert.deepEqual(await folderState(review.path), before);
    assert.deepEqual((await review.acceptAll()).refused, []);
  });

  it('never replaced a FIFO of the folder, which could not be brought back', async () => {
    const { path, inFolder, inUpper, prepare, acceptAll } = reviewOnDisk(join(review.parent, 'other'));
    await fs.mkdir(path, { recursive: true });
    execFileSync('mkfifo', [inFolder('fifo')]);
    await prepare();
    await fs.writeFile(inUpper('fifo'), 'no FIFO');
    assert.deepEqual(await acceptAll(), { accepted: [], refused: [{ path: 'fifo', reason: 'special' }] });
    assert.ok((await fs.lstat(inFolder('fifo'))).isFIFO());
  });

  it('cannot be undone where there is no room to note that, and stays', async () => {
    const { accepted } = await review.acceptAll();
    const after = await folderState(review.path);
    const disk = await fullDisk(review.own, 0);
    await assert.rejects(review.undo(), failsWith('storageFailed', /Free space/)).finally(() => {
      disk.restore();
    });
    assert.deepEqual(await folderState(review.path), after);
    assert.equal((await review.undo())?.restored.length, accepted.length);
    assert.deepEqual(await folderState(review.path), before);
  });
});
