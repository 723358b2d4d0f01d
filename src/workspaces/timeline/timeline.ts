import * as l10n from '@vscode/l10n';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Operations, OperationStep } from '../operations.ts';
import type { PortForwards } from '../ports/portForwards.ts';
import type { SecurityEntry, SecurityLog } from '../securityLog.ts';
import type { KeptSecrets } from '../secrets/keptSecrets.ts';
import type { EgressNews } from '../proxy/egressNews.ts';
import type { EgressWatch } from '../proxy/egressWatch.ts';
import type { SessionChange } from '../session.ts';
import type { Sessions } from '../sessions.ts';
import type { WorkspaceChange } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { withoutSecrets } from '../withoutSecrets.ts';
import { containerText, endedText, startedText, triedText } from './timelineTexts.ts';
import type { TimelineEntry } from './timelineEntry.ts';

/**
 * Entries kept of each sort for each workspace: whoever starts a thousand sessions pushes no alarm out, nor a thousand
 * tries that are denied one that was let through.
 */
const keptOfASort = 400;
/** Characters kept of a sentence; commands can be as long as they like. */
const longestText = 500;

interface Parts {
  readonly store: Pick<WorkspaceStore, 'has' | 'get' | 'onDidChange'>;
  readonly operations: Pick<Operations, 'onDidStep' | 'isBusy'>;
  readonly sessions: Pick<Sessions, 'onDidChange'>;
  readonly forwards: Pick<PortForwards, 'onDidChangeSession'>;
  readonly securityLog: Pick<SecurityLog, 'read' | 'onDidRecord'>;
  readonly egress: Pick<EgressWatch, 'onDidTry'>;
  readonly secrets: Pick<KeptSecrets, 'learn' | 'values'>;
}

/** The flight recorder: what happened to each workspace since this window is open, and what its security log holds. */
export class Timeline implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly recorded = new Map<string, Map<string, TimelineEntry[]>>();
  private readonly records = this.subscriptions.add(new Emitter<TimelineEntry>());
  private readonly parts: Parts;

  readonly onDidRecord: Event<TimelineEntry> = this.records.event;

  constructor(parts: Parts) {
    this.parts = parts;
    const { store, operations, sessions, forwards, securityLog, egress } = parts;
    this.subscriptions.add(
      operations.onDidStep((step) => {
        this.recordStep(step);
      }),
    );
    for (const onDidChange of [sessions.onDidChange, forwards.onDidChangeSession])
      this.subscriptions.add(
        onDidChange((change) => {
          this.recordSession(change);
        }),
      );
    this.subscriptions.add(
      securityLog.onDidRecord((entry) => {
        this.record(ofSecurity(entry));
      }),
    );
    this.subscriptions.add(
      egress.onDidTry((news) => {
        this.recordTries(news);
      }),
    );
    this.subscriptions.add(
      store.onDidChange((change) => {
        this.recordChange(change);
      }),
    );
  }

  /** Oldest first, with what the security log keeps from before. Rejects where that cannot be read. */
  async entries(workspaceId: string): Promise<readonly TimelineEntry[]> {
    await this.parts.secrets.learn(workspaceId);
    const stored = await this.parts.securityLog.read(workspaceId);
    const own = this.recorded.get(workspaceId);
    const known = new Set(own?.get('security')?.map(keyOf));
    const earlier = stored
      .slice(-keptOfASort)
      .map((entry) => this.inert(ofSecurity(entry)))
      .filter((entry) => !known.has(keyOf(entry)));
    const all = [...earlier, ...[...(own?.values() ?? [])].flat()];
    return all.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  }

  dispose(): void {
    this.subscriptions.dispose();
    this.recorded.clear();
  }

  private recordStep({ workspaceId, title, end }: OperationStep): void {
    const is = { workspaceId, at: new Date().toISOString(), kind: 'operation' } as const;
    if (!end) this.record({ ...is, severity: 'info', event: 'begun', text: l10n.t('{0}: begun', title) });
    // what was never made, is gone, or is no workspace at all
    else if (!this.parts.store.has(workspaceId)) this.recorded.delete(workspaceId);
    else {
      const { outcome, durationMs } = end;
      this.record({
        ...is,
        severity: outcome === 'done' || outcome === 'cancelled' ? 'info' : 'warning',
        event: 'ended',
        text:
          outcome === 'done'
            ? l10n.t('{0}: done in {1} ms', title, durationMs)
            : l10n.t('{0}: not done, {1}, after {2} ms', title, outcome, durationMs),
        durationMs,
        outcome,
      });
    }
  }

  private recordSession({ session, end }: SessionChange): void {
    const { workspaceId } = session;
    const is = { workspaceId, at: new Date().toISOString(), kind: 'session' } as const;
    if (!end) {
      this.record({ ...is, severity: 'info', event: 'begun', text: startedText(session) });
      return;
    }
    const { exitCode, durationMs } = end;
    this.record({
      ...is,
      severity: exitCode === undefined ? 'warning' : 'info',
      event: 'ended',
      text: endedText(session, end),
      durationMs,
      ...(exitCode !== undefined && { exitCode }),
    });
  }

  private recordTries({ workspaceId, tries, others }: EgressNews): void {
    const is = { workspaceId, kind: 'network' } as const;
    for (const seen of tries)
      this.record({
        ...is,
        at: new Date(seen.atMs).toISOString(),
        severity: seen.verdict === 'denied' ? 'warning' : 'info',
        event: seen.verdict,
        text: triedText(seen),
        durationMs: seen.durationMs,
      });
    const more = others.allowed + others.denied;
    if (more === 0) return;
    const at = new Date().toISOString();
    this.record({ ...is, at, severity: 'info', event: 'others', text: l10n.t('More tries: {0}', more) });
  }

  /** What an operation of ours does with the container stands there by its begin and end already. */
  private recordChange({ id, previous, current }: WorkspaceChange): void {
    if (!current) this.recorded.delete(id);
    if (!current || !previous || this.parts.operations.isBusy(id)) return;
    const { container } = current;
    if (container.kind === previous.container.kind) return;
    this.record({
      workspaceId: id,
      at: new Date().toISOString(),
      kind: 'container',
      severity: container.kind === 'failed' || container.kind === 'unknown' ? 'warning' : 'info',
      event: container.kind,
      text: containerText(container),
      ...('exitCode' in container && { exitCode: container.exitCode }),
    });
  }

  private record(entry: TimelineEntry): void {
    const kept = this.inert(entry);
    const ofWorkspace = this.recorded.get(kept.workspaceId) ?? new Map<string, TimelineEntry[]>();
    const sort = sortOf(kept);
    const alike = ofWorkspace.get(sort) ?? [];
    alike.push(kept);
    if (alike.length > keptOfASort) alike.shift();
    this.recorded.set(kept.workspaceId, ofWorkspace.set(sort, alike));
    this.records.fire(kept);
  }

  private inert(entry: TimelineEntry): TimelineEntry {
    const { store, secrets } = this.parts;
    const environment = store.get(entry.workspaceId)?.env ?? {};
    const values = [...Object.values(environment), ...secrets.values(entry.workspaceId)];
    // masked before it is cut, so that no part of a secret is left at the end
    return { ...entry, text: withoutSecrets(entry.text, values).slice(0, longestText) };
  }
}

/** Tries are told apart by what became of them, for their number is in the hands of who makes them. */
function sortOf({ kind, event }: TimelineEntry): string {
  return kind === 'network' ? `${kind} ${event}` : kind;
}

function ofSecurity({ workspaceId, at, cause, severity, message }: SecurityEntry): TimelineEntry {
  return { workspaceId, at, kind: 'security', severity, event: cause, text: message };
}

function keyOf({ at, event, text }: TimelineEntry): string {
  return [at, event, text].join('\n');
}
