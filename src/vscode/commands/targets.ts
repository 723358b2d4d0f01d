import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { actionTitle } from '../actionTitles.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutIcons } from '../inertText.ts';
import { folderPathOf, type OpenFolders } from '../openFolders.ts';
import { stateIcon, stateText } from '../stateWords.ts';
import { isPossible, shownStateOf, type WorkspaceAction } from '../workspaceActions.ts';
import type { TreeNode } from '../workspaceNode.ts';

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
    const rows = this.rowsOfKey(first) ?? [];
    return rows.length > 0 && !rows.some(({ kind }) => kind === 'workspace');
  }

  /** A tree row, an id, a list of them, or what a key hands in. */
  private named([first, all]: CommandArguments): Workspace[] {
    const rows = this.rowsOfKey(first)?.filter(({ kind }) => kind === 'workspace');
    const wanted: readonly unknown[] = rows ?? (Array.isArray(all) && all.length > 0 ? all : [first]);
    const ids = new Set(wanted.map(idOf));
    return [...ids].flatMap((id) => (id === undefined ? [] : (this.service.get(id) ?? [])));
  }

  /** The row that has the focus, and all that are selected where it is one of them; `undefined` for no key. */
  private rowsOfKey(value: unknown): readonly TreeNode[] | undefined {
    if (!isOfKey(value)) return undefined;
    const selected = this.selection();
    const [focused] = value;
    return isRow(focused) && !selected.includes(focused) ? [focused] : selected;
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

/** What the keys of package.json hand in: the row with the focus, as VS Code knows it, and that they are keys. */
function isOfKey(value: unknown): value is readonly [unknown, 'key'] {
  return Array.isArray(value) && value[1] === 'key';
}

/** A VS Code that does not know its own word for the focus hands in something else. */
function isRow(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
