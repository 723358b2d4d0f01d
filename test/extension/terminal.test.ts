import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Workspace, WorkspacesApi } from '../../cordon.d.ts';
import { changeOf, cordonApi, TestWorkspaces } from './support/cordon.ts';

describe('terminals', () => {
  let api: WorkspacesApi;
  let own: TestWorkspaces;
  let workspace: Workspace;

  before(async () => {
    api = await cordonApi();
    own = new TestWorkspaces(api);
    workspace = await own.create('terminals');
  });
  after(() => own.removeAll());

  it('opens a shell that counts as a task, and closes with its exit code', async () => {
    const busy = changeOf(api, ({ id, current }) => id === workspace.id && current?.activeTasks === 1);
    const opened = once(vscode.window.onDidOpenTerminal);
    await vscode.commands.executeCommand('cordon.openTerminal', workspace.id);
    const terminal = await opened;
    assert.equal(terminal.name, 'terminals');
    await busy;
    const idle = changeOf(api, ({ id, current }) => id === workspace.id && current?.activeTasks === 0);
    const closed = once(vscode.window.onDidCloseTerminal);
    terminal.sendText('exit 5');
    assert.equal((await closed).exitStatus?.code, 5);
    await idle;
  });

  it('ends the shell when its terminal is closed', async () => {
    const busy = changeOf(api, ({ id, current }) => id === workspace.id && current?.activeTasks === 1);
    const opened = once(vscode.window.onDidOpenTerminal);
    await vscode.commands.executeCommand('cordon.openTerminal', workspace.id);
    const terminal = await opened;
    await busy;
    const idle = changeOf(api, ({ id, current }) => id === workspace.id && current?.activeTasks === 0);
    terminal.dispose();
    await idle;
    const { stdout } = await api.exec(workspace.id, ['ps', '-o', 'args']);
    assert.doesNotMatch(stdout, /^\/bin\/sh$/m);
  });
});

async function once<T>(event: vscode.Event<T>): Promise<T> {
  return await new Promise((resolve) => {
    const subscription = event((value) => {
      subscription.dispose();
      resolve(value);
    });
  });
}
