import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { finishedProcess } from '../../support/fakeEngine.ts';
import { Uri } from '../../support/vscode/uri.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

/** What the container prints for a folder or a file, by its path. */
type Answers = Readonly<Record<string, { readonly prints: string; readonly exitCode?: number }>>;

async function containerWith(answers: Answers) {
  const cordon = cordonInWindow();
  cordon.engine.process = ({ command }) => {
    const { prints, exitCode = 0 } = answers[command.at(-1) ?? ''] ?? { prints: '', exitCode: 3 };
    return finishedProcess(exitCode, prints);
  };
  const { id } = await cordon.given('demo');
  const provider = cordon.window.fileSystems.get('cordon-container');
  assert.ok(provider);
  const uri = (at: string, authority = id) =>
    Uri.from({ scheme: 'cordon-container', authority, path: at }) as unknown as vscode.Uri;
  return { ...cordon, id, provider, uri };
}

const folderOf = (...entries: readonly string[]) => ({
  prints: `ok\n${entries.map((each) => `${each}\0`).join('')}`,
});

describe('browsing the files of a container', () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'cordon-files-'));
  });
  afterEach(() => rm(home, { recursive: true }));

  it('walks through folders and back, and opens a file', async () => {
    const { window, id } = await containerWith({
      '/': folderOf('f-hello', 'd-etc', 'flback', 'o-pipe'),
      '/etc': folderOf('f-passwd'),
    });
    const done = window.run('cordon.browseFiles', id);
    const root = await window.nextQuickPick();
    assert.deepEqual(root.labels, ['etc', 'back', 'hello']);
    assert.equal(root.title, 'demo: /');
    root.choose('etc');
    const below = await window.nextQuickPick();
    assert.equal(below.title, 'demo: /etc');
    below.goBack();
    (await window.nextQuickPick()).choose('etc');
    (await window.nextQuickPick()).choose('passwd');
    (await window.nextQuickPick()).choose('Open to Read');
    await done;
    const [command, target] = window.executed.at(-1) ?? [];
    assert.equal(command, 'vscode.open');
    assert.deepEqual(String(target), `cordon-container://${id}/etc/passwd`);
  });

  it('shows names as one line of text, and takes no path for a name', async () => {
    const { window, id } = await containerWith({
      '/': folderOf('f-$(zap)\nnext', 'f-../../etc/passwd', 'nonsense', 'f-'),
    });
    const done = window.run('cordon.browseFiles', id);
    const pick = await window.nextQuickPick();
    assert.deepEqual(pick.labels, ['$\u200b(zap) next']);
    pick.dismiss();
    await done;
  });

  it('says that a folder cannot be read', async () => {
    const { window, id } = await containerWith({ '/': folderOf('d-root') });
    const done = window.run('cordon.browseFiles', id);
    (await window.nextQuickPick()).choose('root');
    const pick = await window.nextQuickPick();
    assert.equal(pick.placeholder, 'This folder does not exist, or may not be read');
    pick.dismiss();
    await done;
  });

  async function copy(prints: string, exitCode: number, saveTo: string) {
    const parts = await containerWith({ '/': folderOf('f-data'), '/data': { prints, exitCode } });
    parts.window.files.saveTo = saveTo;
    const done = parts.window.run('cordon.browseFiles', parts.id);
    (await parts.window.nextQuickPick()).choose('data');
    (await parts.window.nextQuickPick()).choose('Copy to This Machine…');
    await done;
    return parts;
  }

  it('copies a file out, and replaces a link instead of following it', async () => {
    await writeFile(path.join(home, 'precious'), 'precious');
    await symlink('precious', path.join(home, 'copy'));
    await copy('content', 0, path.join(home, 'copy'));
    assert.equal(await readFile(path.join(home, 'copy'), 'utf8'), 'content');
    assert.equal(await readFile(path.join(home, 'precious'), 'utf8'), 'precious');
    assert.equal(await readlink(path.join(home, 'copy')).catch(() => 'no link'), 'no link');
  });

  it('leaves nothing of a file that came in part only, and nothing in a folder that is not there', async () => {
    const { window } = await copy('half', 1, path.join(home, 'copy'));
    assert.match((await window.nextMessage()).text, /gave only a part of the file/);
    const missing = await copy('content', 0, path.join(home, 'missing/copy'));
    assert.match((await missing.window.nextMessage()).text, /could not be written to/);
    assert.deepEqual(await readdir(home), []);
  });
});

describe('the file system of containers', () => {
  it('tells what there is, and reads it', async () => {
    const { provider, uri } = await containerWith({
      '/etc': { ...folderOf('f-hosts', 'dlup'), prints: folderOf('f-hosts', 'dlup').prints },
      '/etc/hosts': { prints: 'localhost' },
      '/file': { prints: 'fl 12 34\n' },
    });
    assert.deepEqual(await provider.readDirectory(uri('/etc')), [
      ['hosts', 1],
      ['up', 66],
    ]);
    assert.equal(Buffer.from(await provider.readFile(uri('/etc/hosts'))).toString(), 'localhost');
    assert.deepEqual(await provider.stat(uri('/file')), {
      ...{ type: 65, ctime: 0, mtime: 34_000, size: 12 },
      permissions: 1,
    });
  });

  it('refuses what is not there, is too large, or belongs to no workspace', async () => {
    const { provider, uri } = await containerWith({
      '/large': { prints: 'x'.repeat(8 * 1024 * 1024 + 1) },
      '/lies': { prints: 'f- -1 x\nand more' },
    });
    const stat = async (at: vscode.Uri) => provider.stat(at);
    const read = async (at: vscode.Uri) => provider.readFile(at);
    assert.equal(await codeOf(stat(uri('/lies'))), 'FileNotFound');
    assert.equal(await codeOf(stat(uri('/nowhere'))), 'FileNotFound');
    await assert.rejects(read(uri('/nowhere')), /no such file/);
    await assert.rejects(read(uri('/large')), /more than 8 MiB/);
    await assert.rejects(read(uri('/large', 'another')), /does not exist any more/);
  });

  it('changes nothing', async () => {
    const { provider, uri } = await containerWith({});
    const at = uri('/etc/passwd');
    for (const change of [
      () => provider.createDirectory(at),
      () => provider.writeFile(at, Buffer.from('x'), { create: true, overwrite: true }),
      () => provider.delete(at, { recursive: false }),
      () => provider.rename(at, uri('/tmp/x'), { overwrite: false }),
    ])
      assert.equal(await codeOf((async () => change())()), 'NoPermissions');
  });
});
