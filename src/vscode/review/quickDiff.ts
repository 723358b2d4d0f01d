import * as vscode from 'vscode';
import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import { containerScheme } from '../../languageServers/folderUris.ts';
import type { Change } from '../../review/change.ts';
import type { ChangeDocuments } from './changeDocuments.ts';
import { shownPath } from './shownChange.ts';

/** The files whose editors have something to compare: those that both sides have, with names that a URI can carry. */
export function comparedPaths(changes: readonly Change[]): readonly string[] {
  return changes
    .filter(
      ({ path, kind, type, lower, blocker }) =>
        kind === 'modified' &&
        type === 'file' &&
        lower?.type === 'file' &&
        !blocker &&
        path === shownPath(path),
    )
    .map(({ path }) => path);
}

/**
 * What the gutter of an editor compares: a file of the folder with what the workspace has, whose lines can be taken over
 * one by one there, and a file of the container with what the folder has.
 */
export function quickDiffOf(
  { id, folder }: { readonly id: string; readonly folder: vscode.Uri },
  paths: readonly string[],
  documents: Pick<ChangeDocuments, 'uri'>,
): vscode.QuickDiffProvider {
  const inFolder = new Map(paths.map((path) => [vscode.Uri.joinPath(folder, path).path, path]));
  const inContainer = new Map(paths.map((path) => [`${workspaceFolder}/${path}`, path]));
  return {
    provideOriginalResource: ({ scheme, authority, path }) => {
      const ofFolder = scheme === folder.scheme && authority === folder.authority && inFolder.get(path);
      if (ofFolder) return documents.uri({ id, path: ofFolder, side: 'workspace' });
      const ofContainer = scheme === containerScheme && authority === id && inContainer.get(path);
      return ofContainer ? documents.uri({ id, path: ofContainer, side: 'folder' }) : undefined;
    },
  };
}
