import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { isCutOff } from '../isolation/profile.ts';
import { describeError } from '../shared/describeError.ts';
import { CordonError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { EngineWork } from './engineOperations.ts';
import type { IsolationReports } from './isolationReports.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { brokenPromises } from './requireIsolation.ts';
import type { WorkspaceChoices } from './workspaceRequest.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Network = Pick<WorkspaceChoices, 'network'>;

/** Whether a container can stay when its network changes so: beside the one there is a proxy, beside the other there is none. */
export function keepsContainer(before: Network, after: Network): boolean {
  return before.network === after.network || (isCutOff(before.network) && isCutOff(after.network));
}

/** Changes the network of a container that stays: gives it a proxy, or takes that away. */
export class NetworkSwitch {
  private readonly store: Pick<WorkspaceStore, 'update'>;
  private readonly proxies: Pick<WorkspaceProxies, 'prepare' | 'bringUp' | 'remove'>;
  private readonly reports: Pick<IsolationReports, 'report'>;
  private readonly log: Log;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'update'>;
    proxies: Pick<WorkspaceProxies, 'prepare' | 'bringUp' | 'remove'>;
    reports: Pick<IsolationReports, 'report'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.proxies = parts.proxies;
    this.reports = parts.reports;
    this.log = parts.log;
  }

  /** Rejects, before anything is changed, where a proxy is wanted and cannot be had. */
  async prepare(work: EngineWork, next: WorkspaceChoices): Promise<void> {
    await this.proxies.prepare(changed(work, next));
  }

  /**
   * Stores what was chosen together with the network, and puts that in force. Whatever becomes of this process, what is
   * stored is never tighter than what is in force. Rejects with `isolationNotHeld` where what `filtered` promises does not
   * hold, and the workspace stays cut off.
   */
  async run(work: EngineWork, facts: ContainerFacts, next: WorkspaceChoices): Promise<void> {
    const { engine, record, operation } = work;
    operation.progress(l10n.t('Changing the network'));
    if (next.network === 'isolated') await this.proxies.remove(engine, record.id);
    await this.store.update(record.id, (now) => ({ ...now, ...next }));
    // What does not run gets its proxy when it does.
    if (!facts.running || facts.paused) return;
    if (next.network === 'filtered') await this.open(work, facts, next);
    else await this.lookAgain(changed(work, next), facts);
  }

  private async open(work: EngineWork, facts: ContainerFacts, next: WorkspaceChoices): Promise<void> {
    const { engine, record, operation } = work;
    try {
      await this.proxies.bringUp(changed(work, next), facts.networkMode);
      operation.progress(l10n.t('Checking the isolation'));
      const { report } = await this.reports.report(engine, { ...record, ...next }, facts);
      const broken = brokenPromises(report);
      if (broken !== undefined) throw staysIsolated(broken);
      operation.check();
    } catch (error) {
      await this.proxies.remove(engine, record.id);
      const { network, egress } = record;
      await this.store.update(record.id, (now) => ({ ...now, network, egress }));
      throw error;
    }
  }

  /** It has less than it had, whatever this finds. */
  private async lookAgain({ engine, record }: EngineWork, facts: ContainerFacts): Promise<void> {
    try {
      await this.reports.report(engine, record, facts);
    } catch (error) {
      this.log.debug(`"${record.name}" could not be checked: ${describeError(error)}`);
    }
  }
}

function changed(work: EngineWork, next: WorkspaceChoices): EngineWork {
  return { ...work, record: { ...work.record, ...next } };
}

function staysIsolated(broken: string): CordonError {
  return new CordonError(
    'isolationNotHeld',
    l10n.t('The network stays "isolated", for what "filtered" promises does not hold ({0}).', broken),
  );
}
