import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { runProcesses } from '../../support/fakeProcess.ts';

describe('the terminal profile of Cordon', () => {
  /** What VS Code does when the person chooses it in the drop-down of terminals. */
  async function openProfile({ window }: ReturnType<typeof cordonInWindow>) {
    const provider = window.terminalProfiles.get('cordon.terminal');
    const token = { isCancellationRequested: false } as vscode.CancellationToken;
    const profile = (await provider?.provideTerminalProfile(token)) as vscode.TerminalProfile | undefined;
    return window.createTerminal(profile?.options as vscode.ExtensionTerminalOptions);
  }

  it('is a shell in the most active workspace of the open folder', async () => {
    const cordon = cordonInWindow();
    const processes = runProcesses(cordon.engine);
    await cordon.given('stopped', { start: false });
    await cordon.given('up');
    const terminal = await openProfile(cordon);
    (await processes.next()).print('$ ');
    await terminal.shows('$ ');
    assert.deepEqual([terminal.name, terminal.isShown], ['up', true]);
  });

  it('offers to create a workspace where there is none', async () => {
    const cordon = cordonInWindow();
    const terminal = await openProfile(cordon);
    await terminal.shows('The open folder has no workspace. Press Enter to create one');
    terminal.type('\r');
    assert.equal(await terminal.closes(), 0);
    assert.deepEqual(cordon.window.executed, [['cordon.createWorkspace']]);
  });

  it('says why where the folder has a workspace that cannot be used, and shows what can be done', async () => {
    const cordon = cordonInWindow();
    const { id } = await cordon.given('put away', { start: false });
    await cordon.service.archive(id);
    const terminal = await openProfile(cordon);
    await terminal.shows('No terminal can be opened in the workspace put away now: archived. Press Enter');
    terminal.type('\r');
    assert.equal(await terminal.closes(), 0);
    assert.deepEqual(cordon.window.executed, [['cordon.statusActions']]);
  });

  it('is none in Restricted Mode, unless terminals are allowed there', async () => {
    const { window } = cordonInWindow();
    window.isTrusted = false;
    const provider = window.terminalProfiles.get('cordon.terminal');
    const profile = provider?.provideTerminalProfile({} as vscode.CancellationToken);
    (await window.nextMessage()).dismiss();
    assert.equal(await profile, undefined);
  });

  it('creates none when the person closes it or presses Ctrl+C', async () => {
    const cordon = cordonInWindow();
    const closed = await openProfile(cordon);
    await closed.shows('Press Enter');
    closed.close();
    const interrupted = await openProfile(cordon);
    await interrupted.shows('Press Enter');
    interrupted.type('\u0003');
    await interrupted.closes();
    assert.deepEqual(cordon.window.executed, []);
  });
});
