import * as vscode from 'vscode';
import type { LanguageServerEntry } from '../../languageServers/catalogue.ts';
import { containerScheme } from '../../languageServers/folderUris.ts';

/** The documents of a folder that a server is for, as VS Code matches them. */
export function documentsOf(entry: LanguageServerEntry, folder: vscode.Uri): vscode.DocumentFilter[] {
  const inFolder = (pattern: string) => ({
    scheme: 'file',
    pattern: new vscode.RelativePattern(folder, pattern),
  });
  return [
    ...entry.languages.map((language) => ({ language, ...inFolder('**') })),
    ...entry.patterns.map((pattern) => inFolder(pattern)),
  ];
}

/** The same as the protocol has it, and what is read from the container besides. */
export function protocolDocuments(entry: LanguageServerEntry, folder: vscode.Uri) {
  const baseUri = folder.toString();
  return [
    ...entry.languages.flatMap((language) => [
      { language, scheme: 'file', pattern: { baseUri, pattern: '**' } },
      { language, scheme: containerScheme },
    ]),
    ...entry.patterns.map((pattern) => ({ scheme: 'file', pattern: { baseUri, pattern } })),
  ];
}
