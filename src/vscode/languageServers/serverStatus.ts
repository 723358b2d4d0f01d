import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { withoutIcons, withoutLinks } from '../inertText.ts';
import type { RunState, ServerRun } from './serverRun.ts';

/** Shows beside the language of a document which server runs for it and where, and says when one is given up. */
export class ServerStatus implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: vscode.LanguageStatusItem;
  private readonly run: ServerRun;
  private readonly workspaceName: string;

  constructor(run: ServerRun, workspaceName: string, documents: vscode.DocumentSelector) {
    this.run = run;
    this.workspaceName = workspaceName;
    const { entry, workspaceId } = run.parts;
    this.item = this.store.add(
      vscode.languages.createLanguageStatusItem(`cordon.${entry.name}.${workspaceId}`, documents),
    );
    this.item.name = vscode.l10n.t('Cordon: {0}', entry.name);
    this.item.command = {
      command: 'cordon.showLanguageServers',
      title: vscode.l10n.t('Language Servers'),
    };
    this.show(run.state);
    this.store.add(
      run.onDidChange((state) => {
        this.show(state);
        if (state === 'failed') void this.tellFailure();
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private show(state: RunState): void {
    this.item.text = `$(shield) ${withoutIcons(this.run.parts.entry.name)}`;
    this.item.detail = describeRun(state, this.workspaceName);
    this.item.busy = state === 'starting' || state === 'waiting';
    this.item.severity =
      state === 'failed' ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  }

  private async tellFailure(): Promise<void> {
    const again = vscode.l10n.t('Start Again');
    const log = vscode.l10n.t('Show Log');
    const answer = await vscode.window.showErrorMessage(
      withoutLinks(
        vscode.l10n.t(
          'The language server "{0}" in the workspace "{1}" ended again and again, and is not started any more.',
          this.run.parts.entry.name,
          this.workspaceName,
        ),
      ),
      again,
      log,
    );
    if (answer === again) this.run.restart();
    if (answer === log) this.run.parts.channel.show(true);
  }
}

/** How a server fares, in words. */
export function describeRun(state: RunState, workspaceName: string): string {
  switch (state) {
    case 'starting':
      return vscode.l10n.t('starts in {0}', workspaceName);
    case 'running':
      return vscode.l10n.t('runs in {0}', workspaceName);
    case 'waiting':
      return vscode.l10n.t('ended in {0}, starts again', workspaceName);
    case 'failed':
      return vscode.l10n.t('given up in {0}', workspaceName);
    case 'over':
      return vscode.l10n.t('ended with {0}', workspaceName);
  }
}
