import * as vscode from 'vscode';
import { ruleFor } from '../../isolation/egress/ruleFor.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { egressAddress, nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { inOrder } from '../egress/inOrder.ts';
import { canBeAllowed, carriedText, triedNameSession, triedNameText } from '../egress/triedNameText.ts';
import type { DetailsDecision, DetailsName } from './detailsMessages.ts';
import type { DetailsParts } from './detailsPanel.ts';

/** Names that the page shows; a list of all is one click away. */
const mostNames = 100;
/** What is drawn more often cannot be read. */
const redrawMs = 1000;

/** What a workspace with the network `filtered` tried to reach, as the page shows it. */
export class NamesSection implements Disposable {
  private readonly workspaceId: string;
  private readonly parts: Pick<DetailsParts, 'service' | 'egress'>;
  private readonly show: (names: readonly DetailsName[] | null) => void;
  private readonly subscription: Disposable;
  private timer: NodeJS.Timeout | undefined;

  /** `show` gets `null` for a workspace of which nobody sees what it tries. */
  constructor(
    workspaceId: string,
    parts: Pick<DetailsParts, 'service' | 'egress'>,
    show: (names: readonly DetailsName[] | null) => void,
  ) {
    this.workspaceId = workspaceId;
    this.parts = parts;
    this.show = show;
    this.subscription = parts.egress.onDidTry((news) => {
      if (news.workspaceId === workspaceId) this.tellSoon();
    });
  }

  tell(): void {
    const workspace = this.parts.service.get(this.workspaceId);
    this.show(workspace?.network === 'filtered' ? this.names(workspace) : null);
  }

  /** About a name that was tried; any other one is none of which the page could know. */
  decide(decision: DetailsDecision['type'], address: string): void {
    const tried = this.parts.egress.names(this.workspaceId).find((each) => egressAddress(each) === address);
    if (tried) void vscode.commands.executeCommand(`cordon.${decision}`, this.workspaceId, tried);
  }

  dispose(): void {
    this.subscription.dispose();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private names(workspace: Workspace): readonly DetailsName[] {
    const names = inOrder(this.parts.egress.names(this.workspaceId), mostNames);
    return names.map((tried) => ({
      address: egressAddress(tried),
      name: nameAndPort(tried),
      verdict: tried.verdict,
      text: [triedNameText(tried), carriedText(tried) ?? [], triedNameSession(tried) ?? []]
        .flat()
        .join(' · '),
      at: new Date(tried.atMs).toISOString(),
      decisions: decisionsAbout(tried, workspace),
    }));
  }

  private tellSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.tell();
    }, redrawMs);
  }
}

/** Rows of the tree offer the same. */
function decisionsAbout(tried: TriedName, { container }: Workspace): readonly DetailsDecision[] {
  if (ruleFor(tried) === undefined) return [];
  const name = nameAndPort(tried);
  const allow = {
    type: 'allowName',
    label: vscode.l10n.t('Allow'),
    inFull: vscode.l10n.t('Allow {0}', name),
  } as const;
  const forNow = {
    type: 'allowNameForNow',
    label: vscode.l10n.t('Until It Stops'),
    inFull: vscode.l10n.t('Allow {0} until the workspace stops', name),
  } as const;
  const deny = {
    type: 'denyName',
    label: vscode.l10n.t('Always Deny'),
    inFull: vscode.l10n.t('Always deny {0}', name),
  } as const;
  if (!canBeAllowed(tried)) return tried.reason === 'denied' ? [] : [deny];
  return container.kind === 'running' ? [allow, forNow, deny] : [allow, deny];
}
