import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { isCutOff } from '../isolation/profile.ts';
import { describeError } from '../shared/describeError.ts';
import { CordonError } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import { stateOfFacts } from './containerState.ts';
import type { EngineWork } from './engineOperations.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import type { IsolationReports } from './isolationReports.ts';
import { notRunning } from './notRunning.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { brokenPromises } from './requireIsolation.ts';
import type { ContainerState } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceChoices } from './workspaceRequest.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

type Network = Pick<WorkspaceChoices, 'network'>;

interface Parts {
  readonly store: Pick<WorkspaceStore, 'update'>;
  readonly proxies: Pick<WorkspaceProxies, 'prepare' | 'bringUp' | 'stop' | 'remove'>;
  readonly reports: Pick<IsolationReports, 'report' | 'requireProxy'>;
  readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  readonly log: Log;
}

/** Whether a container can stay when its network changes so: beside the one there is a proxy, beside the other there is none. */
export function keepsContainer(before: Network, after: Network): boolean {
  return before.network === after.network || (isCutOff(before.network) && isCutOff(after.network));
}

/** Changes the network of a container that stays: gives it a proxy, or takes that away. */
export class NetworkSwitch {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Rejects, before anything is changed, where a proxy is wanted and cannot be had or looked at. */
  async prepare(work: EngineWork, next: WorkspaceChoices): Promise<void> {
    if (next.network === 'filtered' && work.facts?.paused) throw paused(work.record);
    await this.parts.proxies.prepare(changed(work, next));
  }

  /**
   * Puts in force, and stores, what was chosen together with the network. Stored is `filtered` only once all that it
   * promises was seen to hold, and `isolated` only once its proxy has ended: whoever is killed on the way leaves a
   * workspace that is cut off, whose proxy is removed or brought back by who looks after it, as is stored. Rejects with
   * `isolationNotHeld` where a promise does not hold.
   */
  async run(work: EngineWork, known: ContainerFacts, next: WorkspaceChoices): Promise<ContainerState> {
    const { engine, record, operation } = work;
    operation.progress(l10n.t('Changing the network'));
    // It may have been long since it was asked for: an image was pulled.
    const facts = await engine.inspectContainer(known.id);
    if (!facts) throw notRunning(record.name);
    const store = () => this.parts.store.update(record.id, (now) => ({ ...now, ...next }));
    if (next.network === 'isolated') {
      await this.parts.proxies.stop(engine, record.id);
      await store();
      await this.parts.proxies.remove(engine, record.id);
      await this.lookAgain(work, next, facts);
      return stateOfFacts(facts);
    }
    // What does not run gets its proxy when it is started, and is checked then.
    const opened = facts.running
      ? await this.parts.neighbours.whileFree(record.id, () => this.open(work, facts, next))
      : facts;
    await store();
    return stateOfFacts(opened);
  }

  private async open(
    work: EngineWork,
    known: ContainerFacts,
    next: WorkspaceChoices,
  ): Promise<ContainerFacts> {
    const { engine, record, operation } = work;
    const { proxies, reports } = this.parts;
    const filtered = changed(work, next);
    try {
      await proxies.bringUp(filtered, known.networkMode);
      operation.progress(l10n.t('Checking the isolation'));
      await reports.requireProxy(engine, filtered.record);
      const { facts, report } = await reports.report(engine, filtered.record, known);
      if (facts.paused) throw paused(record);
      const broken = brokenPromises(report);
      if (broken !== undefined) throw staysIsolated(broken);
      operation.check();
      return facts;
    } catch (error) {
      await proxies.remove(engine, record.id).catch((failure: unknown) => {
        this.parts.log.warn(`"${record.name}": its proxy is still there: ${describeError(failure)}`);
      });
      await this.lookAgain(work, record, known);
      throw error;
    }
  }

  /** What is shown of it is what holds now. It has no more than it had, whatever this finds. */
  private async lookAgain(work: EngineWork, choices: WorkspaceChoices, known: ContainerFacts): Promise<void> {
    if (!known.running || known.paused) return;
    const { engine, record } = changed(work, choices);
    try {
      await this.parts.reports.report(engine, record, known);
    } catch (error) {
      this.parts.log.debug(`"${record.name}" could not be checked: ${describeError(error)}`);
    }
  }
}

function changed(work: EngineWork, next: WorkspaceChoices): EngineWork {
  return { ...work, record: { ...work.record, ...next } };
}

function staysIsolated(broken: string): CordonError {
  return new CordonError(
    'isolationNotHeld',
    l10n.t('The network stays "isolated", for what the workspace promises does not hold ({0}).', broken),
  );
}

function paused({ name }: Pick<WorkspaceRecord, 'name'>): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'The workspace "{0}" is paused. Let it run on, or stop it, before it gets the network "filtered".',
      name,
    ),
  );
}
