import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as vscode from 'vscode';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { runProcesses } from '../../support/fakeProcess.ts';
import { Uri } from '../../support/vscode/uri.ts';

describe('terminals in a folder', () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = realpathSync(mkdtempSync(path.join(tmpdir(), 'cordon-terminals-')));
    folder = path.join(parent, 'demo');
    mkdirSync(path.join(folder, 'src/deep'), { recursive: true });
    writeFileSync(path.join(folder, 'src/a.ts'), '');
    symlinkSync('/etc/hostname', path.join(folder, 'src/out.ts'));
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  async function given({ start = true } = {}) {
    const cordon = cordonInWindow({ folders: [folder] });
    const processes = runProcesses(cordon.engine);
    const { id } = await cordon.given('demo', { folder: pathToFileURL(folder).href, start });
    return { ...cordon, id, processes };
  }

  it('start in the folder that was chosen in the explorer, or in that of a file', async () => {
    const { window, processes } = await given();
    const cwds: string[] = [];
    for (const chosen of ['src/deep', 'src/a.ts', '']) {
      await window.run('cordon.openTerminalHere', Uri.file(path.join(folder, chosen)));
      cwds.push((await processes.next()).request.cwd);
    }
    assert.deepEqual(cwds, ['/workspace/src/deep', '/workspace/src', '/workspace']);
    assert.deepEqual(
      window.terminals.map(({ name }) => name),
      ['demo · src/deep', 'demo · src', 'demo'],
    );
  });

  it('start in the folder of the file that is open, where nothing was chosen', async () => {
    const { window, processes } = await given();
    window.activeFile = Uri.file(path.join(folder, 'src/a.ts'));
    await window.run('cordon.openTerminalHere');
    assert.equal((await processes.next()).request.cwd, '/workspace/src');
  });

  it('are none for files of other folders', async () => {
    const { window } = await given();
    for (const other of [parent, `${folder}2/x`]) {
      await window.run('cordon.openTerminalHere', Uri.file(other));
      assert.match((await window.nextMessage()).text, /in no folder that is open/);
    }
    assert.deepEqual(window.terminals, []);
  });

  it('start in the open folder where the file that is shown is in none', async () => {
    const { window, processes } = await given();
    window.activeFile = Uri.file(path.join(parent, 'else.ts'));
    await window.run('cordon.openTerminalHere');
    assert.equal((await processes.next()).request.cwd, '/workspace');
  });

  it('offer to create a workspace where there is none', async () => {
    const { window, service, id, processes } = await given({ start: false });
    await service.remove(id);
    const opening = window.run('cordon.openTerminalHere', Uri.file(path.join(folder, 'src')));
    (await window.nextMessage()).press('Create Workspace');
    await opening;
    assert.equal((await processes.next()).request.cwd, '/workspace/src');
  });

  it('have the shell that the person chooses out of those of the image', async () => {
    const { window, engine, id, processes } = await given();
    engine.files = new Set(['/bin/sleep', '/bin/sh', '/usr/bin/fish', '/usr/local/bin/bash']);
    const opening = window.run('cordon.openTerminalWithShell', id);
    const pick = await window.nextQuickPick();
    assert.deepEqual(
      pick.items.map(({ description }) => description),
      ['/usr/local/bin/bash', '/usr/bin/fish', '/bin/sh'],
    );
    pick.choose('fish');
    await opening;
    const { request } = await processes.next();
    assert.deepEqual(request.command.slice(0, 4).with(2, ''), ['sh', '-c', '', '/usr/bin/fish']);
    assert.equal(window.terminals[0]?.name, 'demo · fish');
  });

  it('make links of the files of the folder, which open there, and of no others', async () => {
    const { window, id, processes } = await given();
    await window.run('cordon.openTerminal', id);
    await processes.next();
    const [provider] = window.linkProviders;
    const [terminal] = window.terminals;
    const linksIn = async (line: string) =>
      (await provider?.provideTerminalLinks(
        { line, terminal: terminal as unknown as vscode.Terminal },
        {} as vscode.CancellationToken,
      )) ?? [];
    assert.deepEqual(await linksIn('/workspace/src/out.ts:1 /workspace/none.ts:2 /etc/hostname:1'), []);
    const [link] = await linksIn('error: /workspace/src/a.ts:4:2');
    assert.deepEqual([link?.startIndex, link?.length], [7, 23]);
    assert.ok(link);
    await provider?.handleTerminalLink(link);
    const [[command, uri, options] = []] = window.executed;
    assert.equal(command, 'vscode.open');
    assert.equal((uri as vscode.Uri).fsPath, path.join(folder, 'src/a.ts'));
    const { selection } = options as { selection: vscode.Range };
    assert.deepEqual([selection.start.line, selection.start.character], [3, 1]);
    // the container puts a link there meanwhile
    rmSync(path.join(folder, 'src/a.ts'));
    symlinkSync('/etc/hostname', path.join(folder, 'src/a.ts'));
    await provider?.handleTerminalLink(link);
    assert.equal(window.executed.length, 1);
  });

  it('make no links in terminals of others', async () => {
    const { window } = await given();
    const [provider] = window.linkProviders;
    const terminal = { creationOptions: { name: 'bash' } } as unknown as vscode.Terminal;
    const links = await provider?.provideTerminalLinks(
      { line: '/workspace/src/a.ts:1', terminal },
      {} as vscode.CancellationToken,
    );
    assert.deepEqual(links, []);
  });
});
