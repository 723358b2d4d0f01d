import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { actionTitle } from '../actionTitles.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { folderPathOf, type OpenFolders } from '../openFolders.ts';
import { stateIcon, stateText } from '../stateWords.ts';
import { isPossible, shownStateOf, type WorkspaceAction } from '../workspaceActions.ts';
import { workspaceIdOf, type TreeNode } from '../workspaceNode.ts';

/** What VS Code and other callers hand to a command. */
export type CommandArguments = readonly unknown[];

/** Finds out which workspaces a command is meant for, and asks where nobody said. */
export class Targets {
  private readonly service: Pick<WorkspaceService, 'list' | 'get'>;
  private readonly folders: Pick<OpenFolders, 'has'>;
  private readonly selection: () => readonly TreeNode[];

  constructor(
    service: Pick<WorkspaceService, 'list' | 'get'>,
    folders: Pick<OpenFolders, 'has'>,
    selection: () => readonly TreeNode[],
  ) {
    this.service = service;
    this.folders = folders;
    this.selection = selection;
  }

  /** The one workspace that is meant; `undefined` when there is none or the person gave up. */
  async one(action: WorkspaceAction, args: CommandArguments): Promise<Workspace | undefined> {
    if (this.isOfOtherRows(args)) return undefined;
    return this.named(args.slice(0, 1))[0] ?? (await this.ask(action));
  }

  /** Every workspace that is meant and on which the action is possible. */
  async several(action: WorkspaceAction, args: CommandArguments): Promise<readonly Workspace[]> {
    if (this.isOfOtherRows(args)) return [];
    const named = this.named(args);
    const [only] = named;
    if (!only) {
      const asked = await this.ask(action);
      return asked ? [asked] : [];
    }
    // The state of a single row may have changed since it was clicked: the service knows best.
    if (named.length === 1) return [only];
    const possible = named.filter((workspace) => isPossible(action, workspace));
    if (possible.length === 0) tellNone(action);
    return possible;
  }

  /** A key that does something to a workspace means no port, terminal or name below it. */
  private isOfOtherRows([first]: CommandArguments): boolean {
    const selected = hasSelection(first) ? this.selection() : [];
    return selected.length > 0 && !selected.some(({ kind }) => kind === 'workspace');
  }

  /** A tree row, an id, a list of them, or `{ selection: true }` for what is selected in the view. */
  private named(args: CommandArguments): Workspace[] {
    const [first, all] = args;
    const wanted = Array.isArray(all) && all.length > 0 ? (all as unknown[]) : [first];
    const ids = wanted.flatMap((value) => (hasSelection(value) ? this.selectedWorkspaces() : [idOf(value)]));
    return [...new Set(ids)].flatMap((id) => (id === undefined ? [] : (this.service.get(id) ?? [])));
  }

  private selectedWorkspaces(): (string | undefined)[] {
    return this.selection()
      .filter(({ kind }) => kind === 'workspace')
      .map(workspaceIdOf);
  }

  private async ask(action: WorkspaceAction): Promise<Workspace | undefined> {
    const candidates = this.service.list().filter((workspace) => isPossible(action, workspace));
    if (candidates.length === 0) {
      tellNone(action);
      return undefined;
    }
    const ranked = [...candidates].sort((a, b) => Number(this.folders.has(b)) - Number(this.folders.has(a)));
    const picked = await vscode.window.showQuickPick(
      ranked.map((workspace) => ({
        label: withoutIcons(workspace.name),
        description: [stateText(workspace), workspace.profile, workspace.image].join(' · '),
        detail: withoutIcons(withoutControlCharacters(folderPathOf(workspace))),
        iconPath: stateIcon(shownStateOf(workspace)),
        workspace,
      })),
      {
        title: actionTitle(action),
        placeHolder: vscode.l10n.t('Choose a workspace'),
        matchOnDescription: true,
        matchOnDetail: true,
      },
    );
    return picked?.workspace;
  }
}

function tellNone(action: WorkspaceAction): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0}: there is no workspace for which this is possible now.', actionTitle(action)),
  );
}

/** The id of the workspace that a row or an argument means. */
export function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if ('parent' in value) return idOf(value.parent);
  return 'id' in value && typeof value.id === 'string' ? value.id : undefined;
}

function hasSelection(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'selection' in value && value.selection === true;
}
