import * as vscode from 'vscode';
import type { EngineSource } from '../workspaces/containerEngine.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { OpenFolders } from './openFolders.ts';
import { isOffered } from './isOffered.ts';
import { shownStateOf, workspaceActions } from './workspaceActions.ts';

/** Keeps the context keys that `when` clauses in package.json read: `cordon.engine`, `cordon.has…` and `cordon.can.…`. */
export function keepContextKeys(dependencies: {
  readonly service: Pick<WorkspaceService, 'list' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'state' | 'onDidChangeState'>;
  readonly folders: Pick<OpenFolders, 'list' | 'onDidChange'>;
}): Disposable {
  const { service, engines, folders } = dependencies;
  const told = new Map<string, unknown>();
  const tell = (key: string, value: unknown) => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const tellEngine = () => {
    tell('cordon.engine', engines.state.kind);
  };
  const tellFolders = () => {
    tell('cordon.hasFolder', folders.list().length > 0);
  };
  const tellWorkspaces = () => {
    const workspaces = service.list();
    tell('cordon.hasWorkspaces', workspaces.length > 0);
    // one that is being created may fail yet, and where the engine is lost meanwhile nobody knows
    tell(
      'cordon.hasMadeWorkspace',
      workspaces.some((workspace) => !['creating', 'unknown'].includes(shownStateOf(workspace))),
    );
    tell(
      'cordon.hasReview',
      workspaces.some(({ mount, status }) => mount === 'review' && status !== 'archived'),
    );
    for (const action of workspaceActions)
      tell(
        `cordon.can.${action}`,
        workspaces.some((workspace) => isOffered(action, workspace)),
      );
  };
  tellEngine();
  tellFolders();
  tellWorkspaces();
  const store = new DisposableStore();
  store.add(engines.onDidChangeState(tellEngine));
  store.add(folders.onDidChange(tellFolders));
  store.add(service.onDidChange(tellWorkspaces));
  return store;
}
