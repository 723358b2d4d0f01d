import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalDisk } from '../../../src/vscode/localDisk.ts';
import { MarkFiles } from '../../../src/vscode/markFiles.ts';
import { SleepNoteFiles } from '../../../src/vscode/sleepNoteFiles.ts';
import { SecurityLogFiles } from '../../../src/vscode/securityLogFiles.ts';
import type { SecurityEntry } from '../../../src/workspaces/securityLog.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cordon-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (message: string, workspaceId = 'a'.repeat(32)): SecurityEntry => ({
  workspaceId,
  at: '2026-01-01T00:00:00.000Z',
  cause: 'foreignExec',
  severity: 'warning',
  message,
  subjects: ['sh'],
});
const id = entry('').workspaceId;

describe('the security log on disk', () => {
  it('keeps what was written for the next window, for this person only', async () => {
    const place = path.join(folder, 'security');
    const files = new SecurityLogFiles(place);
    await Promise.all(['one', 'two\nlines', 'three'].map((message) => files.append(entry(message))));
    await files.append(entry('other', 'b'.repeat(32)));
    const read = await new SecurityLogFiles(place).read(id);
    assert.deepEqual(read, [entry('one'), entry('two\nlines'), entry('three')]);
    if (process.platform !== 'win32')
      for (const name of await readdir(place))
        assert.equal((await stat(path.join(place, name))).mode & 0o077, 0);
  });

  it('lists every log with its size and last change, and no other file', async () => {
    const files = new SecurityLogFiles(folder, 10);
    for (const message of ['one', 'two', 'three']) await files.append(entry(message));
    await writeFile(path.join(folder, `${'b'.repeat(32)}.older.jsonl`), '{}');
    await writeFile(path.join(folder, 'mine.txt'), 'x');
    const lists = await files.list();
    const sizes = await Promise.all(
      [`${id}.jsonl`, `${id}.older.jsonl`].map(async (name) => (await stat(path.join(folder, name))).size),
    );
    assert.deepEqual(lists.map(({ workspaceId, sizeBytes }) => [workspaceId, sizeBytes]).sort(), [
      [id, sizes.reduce((sum, size) => sum + size)],
      ['b'.repeat(32), 2],
    ]);
    assert.ok(lists.every(({ writtenAt }) => Date.now() - Date.parse(writtenAt) < 60_000));
    assert.deepEqual(await new SecurityLogFiles(path.join(folder, 'none')).list(), []);
  });

  it('leaves out what is damaged and goes on after it', async () => {
    const files = new SecurityLogFiles(folder);
    await files.append(entry('before'));
    const [name = ''] = await readdir(folder);
    await appendFile(
      path.join(folder, name),
      'null\n{"workspaceId":1}\n' + JSON.stringify(entry('x', 'b'.repeat(32))) + '\n{"cut off',
    );
    await files.append(entry('after'));
    assert.deepEqual(
      (await files.read(id)).map(({ message }) => message),
      ['before', 'after'],
    );
  });

  it('stays bounded, and drops the oldest lines', async () => {
    const files = new SecurityLogFiles(folder, 1000);
    for (let count = 0; count < 100; count++) await files.append(entry(`line ${count}`));
    const messages = (await files.read(id)).map(({ message }) => message);
    assert.equal(messages.at(-1), 'line 99');
    assert.ok(messages.length < 30 && messages.length > 5, String(messages.length));
    for (const name of await readdir(folder)) assert.ok((await stat(path.join(folder, name))).size < 1400);
    await files.remove(id);
    assert.deepEqual(await readdir(folder), []);
    assert.deepEqual(await files.read(id), []);
  });

  it('says so when it cannot be written', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const files = new SecurityLogFiles(path.join(folder, 'file'));
    assert.equal(await codeOf(files.append(entry('x'))), 'storageFailed');
  });

  it('never leaves its folder, whatever an id says', async () => {
    const files = new SecurityLogFiles(path.join(folder, 'security'));
    await files.append(entry('x', '../../elsewhere'));
    assert.deepEqual(await readdir(folder), ['security']);
    assert.equal((await files.read('../../elsewhere')).length, 1);
  });
});

describe('notes of windows that close', () => {
  it('are read once, by one window of several, and only where they make sense', async () => {
    const place = path.join(folder, 'sleeping');
    const note = {
      workspaceId: 'a'.repeat(32),
      containerId: 'c',
      action: 'pause',
      at: entry('').at,
    } as const;
    const [one, two] = [new SleepNoteFiles(place), new SleepNoteFiles(place)];
    assert.deepEqual(await one.take(), []);
    await one.leave({ ...note, workspaceId: 'b'.repeat(32) });
    await one.forget('b'.repeat(32));
    await one.leave(note);
    await writeFile(path.join(place, `${'d'.repeat(32)}.json`), '{"workspaceId":"../x"}');
    assert.deepEqual((await Promise.all([one.take(), two.take()])).flat(), [note]);
    assert.deepEqual([await one.take(), await readdir(place)], [[], []]);
  });
});

describe('marks that windows share', () => {
  it('are left by one window and seen by all', async () => {
    const [one, other] = [new MarkFiles(folder), new MarkFiles(folder)];
    assert.equal(await other.has('exec 1'), false);
    const first = await Promise.all([one.leave('exec 1'), other.leave('exec 1')]);
    assert.deepEqual([...first].sort(), [false, true]);
    assert.equal(await new MarkFiles(folder).has('exec 1'), true);
    assert.equal(await one.leave('exec 1'), false);
  });

  it('work in one window where the disk takes no file', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const marks = new MarkFiles(path.join(folder, 'file', 'marks'));
    assert.equal(await marks.leave('exec 1'), true);
    assert.equal(await marks.has('exec 1'), true);
    assert.equal(await marks.leave('exec 1'), false);
  });

  it('are swept away when they are old', async () => {
    await new MarkFiles(folder).leave('old');
    const [name = ''] = await readdir(folder);
    await utimes(path.join(folder, name), 0, 0);
    await new MarkFiles(folder).leave('new');
    while ((await readdir(folder)).length > 1);
    assert.equal(await new MarkFiles(folder).has('new'), true);
  });
});

describe('the disk of this machine', () => {
  it('tells what is free, and how much changed in a folder since a time', async () => {
    const disk = new LocalDisk();
    assert.ok((await disk.freeBytes(folder))! > 0);
    assert.equal(await disk.freeBytes(path.join(folder, 'missing')), undefined);
    await writeFile(path.join(folder, 'big'), Buffer.alloc(1_000_000, 1));
    const bytes = await disk.bytesChangedSince(folder, 0);
    assert.ok(bytes >= 1_000_000 && bytes < 1_100_000, String(bytes));
    // Somebody who sets back when a file was written does not set back when it was changed.
    await utimes(path.join(folder, 'big'), 0, 0);
    assert.equal(await disk.bytesChangedSince(folder, 1_000_000), bytes);
    assert.equal(await disk.bytesChangedSince(folder, Date.now() + 60_000), 0);
  });
});
