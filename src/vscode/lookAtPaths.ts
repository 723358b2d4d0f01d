import { lstat, readdir } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { withoutControlCharacters } from './format.ts';
import { withoutIcons } from './inertText.ts';

const mostFiles = 200;

/** Opens what is at or below paths of a folder; asks which where there is more than one file. */
export async function lookAtPaths(root: string, paths: readonly string[]): Promise<void> {
  const files = await filesBelow(root, paths);
  const [only] = files;
  const picked =
    files.length === 1
      ? only
      : (
          await vscode.window.showQuickPick(
            files.map((file) => ({ label: withoutIcons(withoutControlCharacters(file)), file })),
            { title: vscode.l10n.t('Look'), placeHolder: vscode.l10n.t('Choose the file to open') },
          )
        )?.file;
  if (picked !== undefined)
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path.join(root, picked)));
}

/** Symbolic links are files here: they are not followed. */
async function filesBelow(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  const waiting = [...paths];
  for (let next = waiting.shift(); next !== undefined && files.length < mostFiles; next = waiting.shift()) {
    const stats = await lstat(path.join(root, next)).catch(() => undefined);
    if (stats?.isDirectory() === true)
      for (const name of (await readdir(path.join(root, next)).catch(() => [])).sort())
        waiting.push(`${next}/${name}`);
    else if (stats) files.push(next);
  }
  return files;
}
