import * as vscode from 'vscode';
import type { LanguageServerEntry } from '../../languageServers/catalogue.ts';
import { documentsOf } from './documentSelectors.ts';

/** The servers of which a document of the folder is open. */
export function wantedEntries(
  entries: readonly LanguageServerEntry[],
  folder: vscode.Uri,
): readonly LanguageServerEntry[] {
  const documents = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'file');
  return entries.filter((entry) => {
    const selector = documentsOf(entry, folder);
    return documents.some((document) => vscode.languages.match(selector, document) > 0);
  });
}
