import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type {
  CordonApi,
  CordonError,
  ErrorCode,
  Workspace,
  WorkspaceChange,
  WorkspacesApi,
} from '../../../cordon.d.ts';
import { findEngine } from '../../host/findEngine.mjs';
import { managedResources } from '../../host/leftovers.mjs';

/** A shell and the usual programs, two megabytes. */
export const tinyImage = 'cordon-test/tiny:local';

/** The extension as another extension finds it. */
export function cordonExtension(): vscode.Extension<CordonApi> {
  const extension = vscode.extensions.getExtension<CordonApi>('cordon.cordon');
  assert.ok(extension, 'the extension is installed');
  return extension;
}

/** What Cordon offers to other extensions. */
export async function cordonApi(): Promise<WorkspacesApi> {
  return (await cordonExtension().activate()).workspaces;
}

/** The folder that is open in the window. */
export function openFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'a folder is open');
  return folder.uri.fsPath;
}

/** Workspaces of a test: made here, and removed at the end with the proof that nothing of them is left. */
export class TestWorkspaces {
  private readonly ids: string[] = [];
  private readonly api: WorkspacesApi;

  constructor(api: WorkspacesApi) {
    this.api = api;
  }

  async create(
    name: string,
    request: Partial<Parameters<WorkspacesApi['create']>[0]> = {},
  ): Promise<Workspace> {
    const workspace = await this.api.create({ name, folder: openFolder(), image: tinyImage, ...request });
    this.ids.push(workspace.id);
    return workspace;
  }

  async removeAll(): Promise<void> {
    for (const id of this.ids) {
      if (this.api.get(id)) await this.api.remove(id);
      assert.deepEqual(await resourcesOf(id), []);
    }
  }
}

/** What the engine holds that carries the id of a workspace. */
export async function resourcesOf(
  id: string,
): Promise<readonly { readonly kind: string; readonly id: string }[]> {
  const { socketPath } = await findEngine();
  assert.ok(socketPath, 'an engine answers');
  return await managedResources(socketPath, `cordon.workspace.id=${id}`);
}

/** For `assert.rejects`: an `Error` with this code and a sentence for a person. */
export function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Error);
    assert.equal((error as CordonError).code, code, error.message);
    assert.match(error.message, /^\S[^\n]+$/, 'one sentence, without a stack');
    return true;
  };
}

/** Waits for a change of a workspace. */
export async function changeOf(
  api: WorkspacesApi,
  isMeant: (change: WorkspaceChange) => boolean,
): Promise<WorkspaceChange> {
  return await new Promise((resolve) => {
    const subscription = api.onDidChange((change) => {
      if (!isMeant(change)) return;
      subscription.dispose();
      resolve(change);
    });
  });
}
