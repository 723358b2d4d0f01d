import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as vscode from 'vscode';
import type { CordonApi } from '../../cordon.d.ts';
import { activate, deactivate } from '../../src/extension.ts';
import { commandIds } from '../../src/vscode/commandIds.ts';
import { startFakeEngine, type FakeEngineServer } from '../support/fakeEngineServer.ts';
import { openWindow } from '../support/vscode/fakeWindow.ts';
import { Uri } from '../support/vscode/uri.ts';
import { FakeSecretStorage } from '../support/vscode/secretStorage.ts';
import { FakeMemento } from '../support/vscode/memento.ts';
import { codeOf } from '../support/workspacesOnFake.ts';

const nowhere = 'unix:///nonexistent/cordon.sock';

describe('the extension', () => {
  const open: { dispose(): unknown }[] = [];
  const servers: FakeEngineServer[] = [];
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cordon-test-'));
  });
  after(() => {
    // what an extension that has ended still writes may come in between
    rmSync(folder, { recursive: true, maxRetries: 5 });
  });
  afterEach(async () => {
    for (const subscription of open.splice(0)) subscription.dispose();
    for (const server of servers.splice(0)) await server.close();
    await deactivate();
  });

  function activateIn(host: string, globalState = new FakeMemento()) {
    const window = openWindow('/projects/demo');
    window.settings.set('cordon.engine.host', host);
    const globalStorageUri = Uri.file(join(folder, 'storage'));
    const context = {
      subscriptions: open,
      globalState,
      globalStorageUri,
      workspaceState: new FakeMemento(),
      secrets: new FakeSecretStorage(),
      extensionUri: Uri.file(folder),
    };
    const api: CordonApi = activate(context as unknown as vscode.ExtensionContext);
    return { window, api, globalState };
  }

  /** An engine that is too old for Cordon, and counts who asks. */
  async function oldEngine() {
    const asked: string[] = [];
    const server = await startFakeEngine((request: IncomingMessage, response: ServerResponse) => {
      asked.push(request.url ?? '');
      response.end(JSON.stringify({ ApiVersion: '1.24', MinAPIVersion: '1.12', Version: '1.12' }));
    });
    servers.push(server);
    return { endpoint: server.endpoint, asked };
  }

  it('hands out the API at once, and asks no engine before it returns', async () => {
    const { endpoint, asked } = await oldEngine();
    const { api, window } = activateIn(endpoint);
    assert.deepEqual([api.apiVersion, api.workspaces.list()], [1, []]);
    assert.deepEqual([...window.commands.keys()].sort(), [...commandIds].sort());
    assert.deepEqual([window.context.get('cordon.engine'), asked], ['idle', []]);
  });

  it('looks for the engine of the setting once the window is up, and says what is wrong with it', async () => {
    const { endpoint, asked } = await oldEngine();
    const { window, api } = activateIn(endpoint);
    assert.equal(await codeOf(api.workspaces.create({ name: 'demo', folder })), 'engineUnsupported');
    assert.ok(asked.length > 0);
    const [row] = await window.tree('cordon.engines').rows();
    assert.equal(row?.label, endpoint);
  });

  it('looks elsewhere as soon as the person names another engine', async () => {
    const { endpoint, asked } = await oldEngine();
    const { window, api } = activateIn(nowhere);
    assert.equal(await codeOf(api.workspaces.create({ name: 'demo', folder })), 'engineUnavailable');
    assert.deepEqual(asked, []);
    window.settings.set('cordon.profile', 'strict');
    assert.equal(window.context.get('cordon.engine'), 'unavailable');
    window.settings.set('cordon.engine.host', endpoint);
    assert.equal(window.context.get('cordon.engine'), 'idle', 'it begins anew');
    assert.equal(await codeOf(api.workspaces.create({ name: 'demo', folder })), 'engineUnsupported');
    assert.ok(asked.length > 0);
  });

  it('refuses a folder of this machine that nobody may run', async () => {
    const { api } = activateIn(nowhere);
    assert.equal(await codeOf(api.workspaces.create({ name: 'etc', folder: '/etc' })), 'folderForbidden');
  });

  it('sets damaged entries of an earlier window aside, and says so once', async () => {
    const globalState = new FakeMemento();
    globalState.values.set('cordon.workspaces', 'not what was written');
    const { window, api } = activateIn(nowhere, globalState);
    assert.deepEqual(api.workspaces.list(), []);
    assert.match((await window.nextMessage()).text, /could not be read/);
    await deactivate();
    assert.ok(JSON.stringify([...globalState.values]).includes('not what was written'), 'nothing is lost');
  });

  it('takes everything with it when it goes', async () => {
    const { window, api } = activateIn(nowhere);
    for (const subscription of open.splice(0)) subscription.dispose();
    await deactivate();
    assert.deepEqual([window.commands.size, window.trees.size], [0, 0]);
    assert.ok(window.channel('Cordon').isDisposed);
    assert.deepEqual(api.workspaces.list(), []);
  });
});
