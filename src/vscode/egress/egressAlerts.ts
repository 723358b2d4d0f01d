import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { forgetOldest } from '../../shared/forgetOldest.ts';
import type { CountedTry, EgressNews } from '../../workspaces/proxy/egressNews.ts';
import type { EgressWatch } from '../../workspaces/proxy/egressWatch.ts';
import { egressAddress, nameAndPort } from '../../workspaces/proxy/egressWords.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { canBeAllowed } from './triedNameText.ts';
import { tellUnusableRules } from './unusableRules.ts';
import { withoutControlCharacters } from '../format.ts';
import { withoutLinks } from '../inertText.ts';

/** What is denied within this time is told as one. */
const gatherMs = 1000;
/** After one that nobody answers, or that is only closed, nothing more is told of the workspace for this long. */
const restMs = 600_000;
/** Names of which it is known that they were told. */
const mostKept = 500;

interface Parts {
  readonly service: Pick<WorkspaceService, 'get' | 'onDidChange'>;
  readonly egress: Pick<EgressWatch, 'onDidTry'>;
}

/** What was denied of a workspace and not told yet. */
interface Burst {
  readonly tries: Map<string, CountedTry>;
  /** There were more than could be told one by one. */
  hasMore: boolean;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells a person once that a workspace was denied names that no rule is about, and offers to allow them; and of rules in
 * the settings that cannot be used.
 */
export class EgressAlerts implements Disposable {
  private readonly parts: Parts;
  private readonly store = new DisposableStore();
  private readonly bursts = new Map<string, Burst>();
  /** Until when nothing is told of a workspace. */
  private readonly quietUntilMs = new Map<string, number>();
  private readonly told = new Set<string>();

  constructor(parts: Parts) {
    this.parts = parts;
    this.store.add(tellUnusableRules());
    this.store.add(
      parts.egress.onDidTry((news) => {
        this.receive(news);
      }),
    );
    this.store.add(
      parts.service.onDidChange(({ id, current }) => {
        if (current) return;
        this.end(id);
        this.quietUntilMs.delete(id);
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
    for (const id of [...this.bursts.keys()]) this.end(id);
  }

  private receive({ workspaceId, tries, others }: EgressNews): void {
    const untold = tries.filter(
      (seen) =>
        seen.verdict === 'denied' && seen.reason === 'rule' && !this.told.has(keyOf(workspaceId, seen)),
    );
    if (untold.length === 0 || performance.now() < (this.quietUntilMs.get(workspaceId) ?? 0)) return;
    const burst = this.bursts.get(workspaceId) ?? this.begin(workspaceId);
    for (const seen of untold) burst.tries.set(egressAddress(seen), seen);
    burst.hasMore ||= others.denied > 0;
  }

  private begin(workspaceId: string): Burst {
    const timer = setTimeout(() => {
      const burst = this.end(workspaceId);
      if (burst) void this.show(workspaceId, burst);
    }, gatherMs).unref();
    const burst: Burst = { tries: new Map(), hasMore: false, timer };
    this.bursts.set(workspaceId, burst);
    return burst;
  }

  private end(workspaceId: string): Burst | undefined {
    const burst = this.bursts.get(workspaceId);
    clearTimeout(burst?.timer);
    this.bursts.delete(workspaceId);
    return burst;
  }

  private async show(workspaceId: string, { tries, hasMore }: Burst): Promise<void> {
    const workspace = this.parts.service.get(workspaceId);
    const [first, ...others] = tries.values();
    if (!workspace || !first) return;
    for (const seen of tries.values()) this.remember(keyOf(workspaceId, seen));
    this.quietUntilMs.set(workspaceId, performance.now() + restMs);
    const words = [workspace.name, nameAndPort(first), others.length];
    const message = hasMore
      ? vscode.l10n.t('Workspace {0}: no rule allows it to reach {1} (and others: more than {2}).', ...words)
      : others.length > 0
        ? vscode.l10n.t('Workspace {0}: no rule allows it to reach {1} (and others: {2}).', ...words)
        : vscode.l10n.t('Workspace {0}: no rule allows it to reach {1}.', ...words);
    const run = (command: string) => vscode.commands.executeCommand(command, workspaceId, first);
    const offers = [
      ...(others.length === 0 && canBeAllowed(first)
        ? [
            { title: vscode.l10n.t('Allow'), run: () => run('cordon.allowName') },
            { title: vscode.l10n.t('Until It Stops'), run: () => run('cordon.allowNameForNow') },
            { title: vscode.l10n.t('Always Deny'), run: () => run('cordon.denyName') },
          ]
        : []),
      {
        title: vscode.l10n.t('Names…'),
        run: () => vscode.commands.executeCommand('cordon.editEgress', workspaceId),
      },
    ];
    const answer = await vscode.window.showInformationMessage(
      withoutLinks(withoutControlCharacters(message)),
      ...offers.map(({ title }) => title),
    );
    const offer = offers.find(({ title }) => title === answer);
    if (!offer) return;
    this.quietUntilMs.delete(workspaceId);
    await offer.run();
  }

  private remember(key: string): void {
    this.told.add(key);
    forgetOldest(this.told, mostKept);
  }
}

const keyOf = (workspaceId: string, seen: CountedTry) => `${workspaceId} ${egressAddress(seen)}`;
