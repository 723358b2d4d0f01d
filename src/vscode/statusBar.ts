import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { EngineSource } from '../workspaces/containerEngine.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { withoutControlCharacters } from './format.ts';
import { gradeWords, isBelowB, isolationWord } from './isolationBadge.ts';
import { withoutIcons } from './inertText.ts';
import type { OpenFolders } from './openFolders.ts';
import { stateText } from './stateWords.ts';
import { shownStateOf, type ShownState } from './workspaceActions.ts';

const byActivity: readonly ShownState[] = [
  'frozen',
  'running',
  'creating',
  'paused',
  'stopping',
  'failed',
  'unknown',
  'stopped',
  'absent',
  'archived',
];

/** The workspace that the open folder runs in: of several the most active, then the first by name. */
export function mostActive(workspaces: readonly Workspace[]): Workspace | undefined {
  const rank = (workspace: Workspace) => byActivity.indexOf(shownStateOf(workspace));
  return [...workspaces].sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))[0];
}

/** Shows in the status bar how the open folder runs, and that the engine is gone when it is. */
export class StatusBar implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: vscode.StatusBarItem;
  private readonly service: Pick<WorkspaceService, 'list'>;
  private readonly engines: Pick<EngineSource, 'state'>;
  private readonly folders: Pick<OpenFolders, 'list' | 'has'>;

  constructor(
    service: Pick<WorkspaceService, 'list' | 'onDidChange'>,
    engines: Pick<EngineSource, 'state' | 'onDidChangeState'>,
    folders: Pick<OpenFolders, 'list' | 'has' | 'onDidChange'>,
  ) {
    this.service = service;
    this.engines = engines;
    this.folders = folders;
    this.item = this.store.add(
      vscode.window.createStatusBarItem('cordon.status', vscode.StatusBarAlignment.Left, 50),
    );
    this.item.name = vscode.l10n.t('Cordon');
    this.item.command = 'cordon.statusActions';
    const update = () => {
      this.update();
    };
    this.store.add(service.onDidChange(update));
    this.store.add(engines.onDidChangeState(update));
    this.store.add(folders.onDidChange(update));
    update();
  }

  dispose(): void {
    this.store.dispose();
  }

  private update(): void {
    const all = this.service.list();
    const own = all.filter((workspace) => this.folders.has(workspace));
    const workspace = mostActive(own);
    const hasFolder = this.folders.list().length > 0;
    const isEngineGone = this.engines.state.kind === 'unavailable';
    if (!hasFolder && !(isEngineGone && all.length > 0)) {
      this.item.hide();
      return;
    }
    if (isEngineGone) this.show(engineGone(workspace));
    else if (workspace) this.show(describe(workspace, own.length));
    else
      this.show({
        text: `$(shield) ${vscode.l10n.t('Not isolated')}`,
        label: vscode.l10n.t('Cordon: the open folder has no workspace'),
      });
    this.item.show();
  }

  private show(look: Look): void {
    this.item.text = look.text;
    this.item.tooltip = new vscode.MarkdownString().appendText(look.label);
    this.item.accessibilityInformation = { label: look.label, role: 'button' };
    this.item.backgroundColor = look.isWarning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
  }
}

interface Look {
  readonly text: string;
  readonly label: string;
  readonly isWarning?: boolean;
}

function engineGone(workspace: Workspace | undefined): Look {
  return {
    text: `$(warning) ${workspace ? `${shortName(workspace)} · ` : ''}${vscode.l10n.t('no container engine')}`,
    label: vscode.l10n.t('Cordon: no container engine can be reached'),
    isWarning: true,
  };
}

function describe(workspace: Workspace, count: number): Look {
  const word = stateText(workspace);
  const { isolation } = workspace;
  const badge = isolation ? ` · ${isolation.grade}` : '';
  const isWarning = isBelowB(workspace);
  const more = count > 1 ? ` +${count - 1}` : '';
  return {
    text: `$(${isWarning ? 'warning' : 'shield'}) ${shortName(workspace)}: ${word} · ${withoutIcons(workspace.profile)}${badge}${more}`,
    label: isolation
      ? vscode.l10n.t(
          'Cordon: workspace {0}: {1}, profile {2}, {3}: {4}',
          workspace.name,
          word,
          workspace.profile,
          isolationWord(isolation),
          gradeWords(isolation.grade),
        )
      : vscode.l10n.t('Cordon: workspace {0}: {1}, profile {2}', workspace.name, word, workspace.profile),
    isWarning,
  };
}

function shortName({ name }: Workspace): string {
  return withoutIcons(withoutControlCharacters(name)).slice(0, 40);
}
