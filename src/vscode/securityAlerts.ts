import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { SecurityCause, SecurityEntry } from '../workspaces/securityLog.ts';
import type { Workspace } from '../workspaces/workspace.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { withoutControlCharacters } from './format.ts';
import { withoutLinks } from './inertText.ts';
import { isPossible, type WorkspaceAction } from './workspaceActions.ts';

/** A notification that nobody answers makes way for another one of its cause after this long. */
const repeatMs = 600_000;
/** What is told, and asked about, where it comes from. */
const toldElsewhere: readonly SecurityCause[] = [
  'protectedPath',
  'hiddenPath',
  'protectionLost',
  'isolationNotHeld',
  'panic',
];

interface Offer {
  readonly title: string;
  run(): unknown;
}

/** Tells a person what the monitor noticed, one notification for each cause and workspace, with what can be done. */
export class SecurityAlerts implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new Emitter<string>());
  /** Since when a notification is open, by workspace and cause. */
  private readonly open = new Map<string, number>();
  /** Lines that nobody has seen in this window, by workspace. */
  private readonly unseen = new Map<string, readonly SecurityEntry[]>();
  private readonly service: Pick<WorkspaceService, 'get' | 'disconnectNetwork'>;
  private readonly run: (work: () => Promise<void>) => void;

  /** Fires the id of the workspace whose number of unanswered warnings has changed. */
  readonly onDidChange = this.changes.event;

  /** `run` runs what a person chose as a command is run, which tells them where it fails. */
  constructor(
    service: Pick<WorkspaceService, 'get' | 'disconnectNetwork' | 'onDidRecordSecurity' | 'onDidChange'>,
    run: (work: () => Promise<void>) => void,
  ) {
    this.service = service;
    this.run = run;
    this.store.add(
      service.onDidChange(({ id, current }) => {
        if (!current) this.unseen.delete(id);
      }),
    );
    this.store.add(
      service.onDidRecordSecurity((entry) => {
        this.receive(entry);
      }),
    );
  }

  /** Warnings of a workspace that were neither answered nor seen in its security log. */
  unanswered(workspaceId: string): number {
    return this.unseen.get(workspaceId)?.length ?? 0;
  }

  /** The person has seen the security log of the workspace. */
  see(workspaceId: string, isSeen: (entry: SecurityEntry) => boolean = () => true): void {
    const left = (this.unseen.get(workspaceId) ?? []).filter((entry) => !isSeen(entry));
    if (left.length === this.unanswered(workspaceId)) return;
    this.unseen.set(workspaceId, left);
    this.changes.fire(workspaceId);
  }

  dispose(): void {
    this.store.dispose();
  }

  private receive(entry: SecurityEntry): void {
    const { workspaceId, cause, severity } = entry;
    if (severity !== 'info' && cause !== 'panic') {
      this.unseen.set(workspaceId, [...(this.unseen.get(workspaceId) ?? []), entry]);
      this.changes.fire(workspaceId);
    }
    if (toldElsewhere.includes(cause)) return;
    const key = `${workspaceId} ${cause}`;
    const now = Date.now();
    if (now - (this.open.get(key) ?? 0) < repeatMs) return;
    this.open.set(key, now);
    this.run(() =>
      this.show(entry).finally(() => {
        if (this.open.get(key) === now) this.open.delete(key);
      }),
    );
  }

  private async show(entry: SecurityEntry): Promise<void> {
    const workspace = this.service.get(entry.workspaceId);
    if (!workspace) return;
    const message = withoutLinks(
      withoutControlCharacters(vscode.l10n.t('Workspace {0}: {1}', workspace.name, entry.message)),
    );
    const offers = this.offersFor(entry, workspace);
    const titles = offers.map(({ title }) => title);
    const answer = await (entry.severity === 'critical'
      ? vscode.window.showErrorMessage(message, ...titles)
      : entry.severity === 'warning'
        ? vscode.window.showWarningMessage(message, ...titles)
        : vscode.window.showInformationMessage(message, ...titles));
    this.see(entry.workspaceId, ({ cause }) => cause === entry.cause);
    await offers.find(({ title }) => title === answer)?.run();
  }

  private offersFor(entry: SecurityEntry, workspace: Workspace): Offer[] {
    const { id } = workspace;
    const command = (action: WorkspaceAction, title: string, ...args: unknown[]): Offer[] =>
      isPossible(action, workspace)
        ? [{ title, run: () => vscode.commands.executeCommand(`cordon.${action}`, id, ...args) }]
        : [];
    const showLog = command('showSecurityLog', vscode.l10n.t('Show Security Log'));
    const raise = command('edit', vscode.l10n.t('Raise Limit…'), 'limits');
    const goOn = command('resume', vscode.l10n.t('Resume'));
    const halt = [...command('pause', vscode.l10n.t('Pause')), ...command('stop', vscode.l10n.t('Stop'))];
    const remove = command('delete', vscode.l10n.t('Delete…'));
    switch (entry.cause) {
      case 'memoryKill':
      case 'memoryNearLimit':
      case 'pidsLimit':
      case 'cpuThrottled':
        return [...raise, ...halt, ...showLog];
      case 'foreignNetwork':
        return [...this.disconnect(entry), ...goOn, ...showLog];
      case 'diskGrowth':
      case 'rootProcess':
      case 'foreignExec':
        return entry.severity === 'critical' ? [...goOn, ...showLog, ...remove] : [...showLog, ...halt];
      case 'foreignUpdate':
      case 'cutOff':
      case 'protectedPath':
      case 'hiddenPath':
      case 'protectionLost':
      case 'isolationNotHeld':
      case 'panic':
        return [...showLog, ...halt];
    }
  }

  private disconnect({ workspaceId, subjects: [, networkId] }: SecurityEntry): Offer[] {
    if (networkId === undefined) return [];
    const title = vscode.l10n.t('Disconnect Network');
    return [{ title, run: () => this.service.disconnectNetwork(workspaceId, networkId) }];
  }
}
