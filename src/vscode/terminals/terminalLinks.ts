import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import type { NamedFile } from '../../workspaces/inside/filesInLine.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { folderPathOf, type OpenFolders } from '../openFolders.ts';
import { SessionTerminal } from '../sessionTerminal.ts';

interface FileLink extends vscode.TerminalLink {
  readonly file: NamedFile;
  readonly folder: string;
}

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly folders: Pick<OpenFolders, 'list' | 'isOf'>;
}

/** Makes links of the files that programs in a workspace name: they open those of the folder, and none outside of it. */
export function registerTerminalLinks({ service, folders }: Dependencies): Disposable {
  const provider: vscode.TerminalLinkProvider<FileLink> = {
    provideTerminalLinks: async ({ line, terminal }) => {
      const made = terminal.creationOptions;
      const pty = 'pty' in made ? made.pty : undefined;
      const place = pty instanceof SessionTerminal ? pty.place : undefined;
      const workspace = place && service.get(place.workspaceId);
      if (!workspace) return [];
      const { filesInLine } = await import('../../workspaces/inside/filesInLine.ts');
      const { fileOfFolder } = await import('../../workspaces/inside/fileOfFolder.ts');
      const open = folders.list().find((each) => folders.isOf(workspace, each));
      const folder = open?.path ?? folderPathOf(workspace);
      const links = await Promise.all(
        filesInLine(line, place.cwd).map(async (file): Promise<FileLink[]> => {
          const isThere = await fileOfFolder(folder, file.path);
          const link = new vscode.TerminalLink(file.index, file.length);
          return isThere ? [Object.assign(link, { file, folder })] : [];
        }),
      );
      return links.flat();
    },
    handleTerminalLink: async ({ file, folder }) => {
      const { fileOfFolder } = await import('../../workspaces/inside/fileOfFolder.ts');
      // looked at once more: the container may have put something else there
      const target = await fileOfFolder(folder, file.path);
      if (target === undefined) return;
      const at = new vscode.Position(Math.max(0, (file.line ?? 1) - 1), Math.max(0, (file.column ?? 1) - 1));
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(target), {
        selection: new vscode.Range(at, at),
      });
    },
  };
  return vscode.window.registerTerminalLinkProvider(provider);
}
