import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Workspace, WorkspacesApi } from '../../cordon.d.ts';
import { cordonApi, openFolder } from './support/cordon.ts';

/** What an untrusted folder would like: less isolation, its own image, its own engine. */
const wishes = {
  'cordon.profile': 'basic',
  'cordon.image': 'evil/image:latest',
  'cordon.network': 'open',
  'cordon.engine.host': 'tcp://127.0.0.1:9',
  'cordon.limits.pids': 999_999,
  'cordon.operationTimeoutSeconds': 1,
};

describe('settings of the folder that is opened', () => {
  let api: WorkspacesApi;
  let workspace: Workspace | undefined;
  const folder = path.join(openFolder(), '.vscode');

  before(async () => {
    api = await cordonApi();
  });
  after(async () => {
    await rm(folder, { recursive: true, force: true });
    if (workspace) await api.remove(workspace.id);
  });

  it('change nothing of its workspace, nor of the engine that is used', async () => {
    const heard = settingIs('editor.tabSize', 7);
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'settings.json'), JSON.stringify({ ...wishes, 'editor.tabSize': 7 }));
    await heard;
    for (const [key, wish] of Object.entries(wishes))
      assert.notEqual(vscode.workspace.getConfiguration().get(key), wish, key);
    workspace = await api.create({ name: 'folder settings', folder: openFolder() });
    const { profile, image, limits, container } = workspace;
    assert.deepEqual(
      [profile, image, limits.pids, container.kind],
      ['standard', 'cordon/debian:local', 1024, 'running'],
    );
    assert.match((await api.isolationReport(workspace.id)).grade, /^[AB]$/);
  });
});

/** Waits until VS Code has read a setting of the folder. */
async function settingIs(key: string, value: unknown): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = vscode.workspace.onDidChangeConfiguration(() => {
      if (vscode.workspace.getConfiguration().get(key) !== value) return;
      subscription.dispose();
      resolve();
    });
  });
}
