import * as vscode from 'vscode';
import { PathRules, type PathPatterns } from '../../isolation/pathRules.ts';
import { FileTexts } from '../../languageServers/fileTexts.ts';
import { FolderUris } from '../../languageServers/folderUris.ts';
import type { GateOptions } from '../../languageServers/gateOptions.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { folderPathOf } from '../openFolders.ts';
import { FolderGate } from './folderGate.ts';

/** What the servers of a workspace have in common: the open folder, and what is open of it in this window. */
export type SharedFolder = Pick<
  GateOptions,
  'uris' | 'folder' | 'document' | 'texts' | 'folderUri' | 'folderName'
>;

export function sharedFolder(
  workspace: Workspace,
  folder: vscode.WorkspaceFolder,
  pathPatterns: PathPatterns,
): SharedFolder {
  const root = folderPathOf(workspace);
  const folderUri = folder.uri.toString();
  const parts = {
    uris: new FolderUris({
      hostUris: [folderUri, vscode.Uri.file(root).toString()],
      hostPaths: [folder.uri.fsPath, root],
      workspaceId: workspace.id,
      platform: process.platform,
    }),
    folder: new FolderGate(root, new PathRules(pathPatterns)),
    document: (hostUri: string) =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === hostUri),
  };
  return { ...parts, texts: new FileTexts(parts), folderUri, folderName: folder.name };
}
