import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { containerScheme } from '../../languageServers/folderUris.ts';
import {
  mostEntries,
  type ContainerEntry,
  type ContainerFiles,
} from '../../workspaces/inside/containerFiles.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { copyFileOut } from '../containerFiles/copyFileOut.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { back, choose, type Choice } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Dependencies {
  readonly targets: Pick<Targets, 'one'>;
  readonly files: Pick<ContainerFiles, 'list' | 'read'>;
}

const mebibyte = 1024 * 1024;

/** Walks through the folders of a container, and opens a file to be read or copies it to this machine. */
export function browseFiles({ targets, files }: Dependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('browseFiles', args);
    if (!workspace) return;
    let folder = '/';
    for (;;) {
      const here = folder;
      const entries = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Reading {0}', shown(here)) },
        () => files.list(workspace.id, here),
      );
      const chosen = await askEntry(workspace, here, entries);
      if (chosen === undefined) return;
      if (chosen === back) folder = path.posix.dirname(folder);
      else if (chosen.kind === 'folder') folder = path.posix.join(folder, chosen.name);
      else if (await useFile(workspace, path.posix.join(folder, chosen.name), files)) return;
    }
  };
}

function askEntry({ name }: Workspace, folder: string, entries: readonly ContainerEntry[] | undefined) {
  return choose<ContainerEntry>(
    { title: vscode.l10n.t('{0}: {1}', name, shown(folder)), canGoBack: folder !== '/' },
    {
      placeholder:
        entries === undefined
          ? vscode.l10n.t('This folder does not exist, or may not be read')
          : entries.length >= mostEntries
            ? vscode.l10n.t('Choose a folder or a file; only {0} are shown', mostEntries)
            : vscode.l10n.t('Choose a folder or a file'),
      choices: inOrder(entries ?? []).map(entryChoice),
    },
  );
}

function entryChoice(entry: ContainerEntry): Choice<ContainerEntry> {
  const icons = { folder: 'folder', file: 'file', other: 'circle-slash' };
  return {
    label: shown(entry.name),
    iconPath: new vscode.ThemeIcon(icons[entry.kind]),
    ...(entry.isLink && { description: vscode.l10n.t('symbolic link') }),
    value: entry,
  };
}

function inOrder(entries: readonly ContainerEntry[]): ContainerEntry[] {
  const readable = entries.filter(({ kind }) => kind !== 'other');
  const rank = ({ kind }: ContainerEntry) => (kind === 'folder' ? 0 : 1);
  return readable.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

/** False where the person wants to look further. */
async function useFile(
  workspace: Workspace,
  file: string,
  files: Pick<ContainerFiles, 'read'>,
): Promise<boolean> {
  const wish = await choose<'open' | 'copy'>(
    { title: shown(file), canGoBack: true },
    {
      placeholder: vscode.l10n.t('What do you want to do with it?'),
      choices: [
        {
          label: vscode.l10n.t('Open to Read'),
          iconPath: new vscode.ThemeIcon('go-to-file'),
          value: 'open',
        },
        {
          label: vscode.l10n.t('Copy to This Machine…'),
          iconPath: new vscode.ThemeIcon('desktop-download'),
          value: 'copy',
        },
      ],
    },
  );
  if (wish === back) return false;
  if (wish === 'open')
    await vscode.commands.executeCommand(
      'vscode.open',
      vscode.Uri.from({ scheme: containerScheme, authority: workspace.id, path: file }),
    );
  if (wish === 'copy') await copyOut(workspace, file, files);
  return true;
}

async function copyOut(
  workspace: Workspace,
  file: string,
  files: Pick<ContainerFiles, 'read'>,
): Promise<void> {
  const name = path.posix.basename(file).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  const uri = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Copy {0} of {1}', shown(file), workspace.name),
    defaultUri: vscode.Uri.file(path.join(homedir(), name)),
  });
  if (!uri) return;
  const title = vscode.l10n.t('Copying {0}', shown(file));
  await withProgress(title, async ({ signal, onProgress }) => {
    const reading = await files.read(workspace.id, file);
    let told = 0;
    await copyFileOut(reading, uri.fsPath, {
      signal,
      onBytes: (bytes) => {
        const mebibytes = Math.floor(bytes / mebibyte);
        if (mebibytes > told) onProgress(vscode.l10n.t('{0} MiB', (told = mebibytes)));
      },
    });
  });
  void vscode.window.showInformationMessage(vscode.l10n.t('Copied to {0}.', uri.fsPath));
}

/** Names in a container are hostile: they are shown as one line of text. */
function shown(name: string): string {
  return withoutIcons(withoutControlCharacters(name)).slice(0, 300);
}
