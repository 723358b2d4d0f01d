import type { ProxyFacts } from '../../isolation/egress/proxyAudit.ts';
import type { ProxyPlan } from '../../isolation/egress/proxyPlan.ts';
import { describeError } from '../../shared/describeError.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { ManagedProxy } from '../engineContainers.ts';
import { isUp } from '../containerState.ts';
import { notRunning } from '../notRunning.ts';
import type { Operation } from '../operations.ts';
import { UnstartableContainer } from '../unstartableContainer.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';
import type { BriefRules } from './briefRules.ts';
import { makeProxy } from './makeProxy.ts';
import { policyInForce, type EgressSettings, type WorkspaceEgress } from './egressSettings.ts';
import type { EveryName } from './everyName.ts';
import { proxiesOf } from './proxiesOf.ts';
import { proxyFacts } from './proxyFacts.ts';
import { discardAll, isBetween, isFit } from './proxySurroundings.ts';
import { requireProxyImage } from './requireProxyImage.ts';
import { requireUsableRules } from './requireUsableRules.ts';
import { RulesInForce } from './rulesInForce.ts';

/** What a proxy is made or looked at for. */
export interface ProxyWork {
  readonly engine: ContainerEngine;
  readonly record: WorkspaceRecord;
  readonly operation: Operation;
}

/** The proxies beside workspaces with the network `filtered`: without its own a workspace reaches nothing at all. */
export class WorkspaceProxies {
  private readonly settings: () => EgressSettings;
  private readonly briefRules: Pick<BriefRules, 'of'>;
  private readonly hostAddresses: () => readonly string[];
  private readonly log: Log;
  private readonly inForce = new RulesInForce();

  constructor(parts: {
    settings: () => EgressSettings;
    briefRules: Pick<BriefRules, 'of'>;
    hostAddresses: () => readonly string[];
    log: Log;
  }) {
    this.settings = parts.settings;
    this.briefRules = parts.briefRules;
    this.hostAddresses = parts.hostAddresses;
    this.log = parts.log;
  }

  /** Rejects with `invalidRequest` for other rules of a workspace that cannot be used, alone or with those of the settings. */
  async requireUsable(
    egress: WorkspaceEgress | undefined,
    before: WorkspaceEgress | undefined,
  ): Promise<void> {
    await requireUsableRules(egress, before, this.settings());
  }

  /** Rejects, before anything is made, where rules cannot be used or the image of the proxy cannot be had. */
  async prepare({ engine, record, operation }: ProxyWork): Promise<void> {
    if (record.network !== 'filtered') return;
    await requireProxyImage((await this.plan(record, engine)).spec.image, engine, operation);
  }

  /**
   * Makes a proxy that runs, out of whatever there is of it. `network` is the workspace's own, by its id or name; where it
   * is only being made, what can be done without it is done meanwhile.
   */
  async bringUp(work: ProxyWork, network: string | Promise<string>): Promise<void> {
    const { engine, record, operation } = work;
    if (record.network !== 'filtered') return;
    const plan = await this.plan(record, engine);
    const [found, networks] = await Promise.all([
      proxiesOf(engine, record.id),
      engine.listNetworks(record.id),
    ]);
    operation.check();
    const [first] = found;
    const isFirstFit =
      first !== undefined && found.length === 1 && isFit(first, plan, { network: await network, networks });
    if (!isFirstFit || !(await this.letRun(work, first.id, plan)))
      this.inForce.know(
        await makeProxy(work, plan, { network, found, networks }),
        record.id,
        plan.configuration,
      );
    else if (!this.keepsTo(plan, first.id)) await this.handOver(work, plan, first.id, await network);
  }

  /** Gives false for one that can never run again. */
  private async letRun(
    { engine, record }: ProxyWork,
    containerId: string,
    { configuration }: ProxyPlan,
  ): Promise<boolean> {
    // A list may tell what was a moment ago.
    const facts = await engine.inspectContainer(containerId);
    try {
      if (facts?.paused) await engine.resumeContainer(containerId);
      else if (!facts?.running) {
        await engine.startContainer(containerId);
        this.inForce.know(containerId, record.id, configuration);
      }
      return true;
    } catch (error) {
      if (error instanceof UnstartableContainer) return false;
      throw error;
    }
  }

  /**
   * Hands the rules of now to a proxy that runs, whatever it was handed before: another window may have handed it others
   * since. One that does not take them, or has no way out, is made anew, or else is gone.
   */
  async applyRules(work: ProxyWork, network: string): Promise<void> {
    const { engine, record } = work;
    const [plan, found, networks] = await Promise.all([
      this.plan(record, engine),
      proxiesOf(engine, record.id),
      engine.listNetworks(record.id),
    ]);
    const proxy = found.find(({ state }) => state.kind === 'running');
    const facts = proxy && (await engine.inspectContainer(proxy.id));
    if (!proxy || !facts?.running || facts.paused) await this.bringUp(work, network);
    else if (isBetween(proxy, { network, networks })) await this.handOver(work, plan, proxy.id, network);
    else await this.makeAnew(work, network);
  }

  private async handOver(
    work: ProxyWork,
    { configuration }: ProxyPlan,
    containerId: string,
    network: string,
  ): Promise<void> {
    const { reloadRules } = await import('./reloadRules.ts');
    try {
      this.inForce.forget(containerId);
      await reloadRules(work.engine, containerId, configuration);
      this.inForce.know(containerId, work.record.id, configuration);
    } catch (error) {
      this.log.warn(`"${work.record.name}": the proxy did not take its rules: ${describeError(error)}`);
      await this.makeAnew(work, network);
    }
  }

  /** In place of a proxy of which nobody knows what it lets through. */
  private async makeAnew(work: ProxyWork, network: string): Promise<void> {
    await this.remove(work.engine, work.record.id);
    await this.bringUp(work, network);
  }

  /**
   * Has the proxy let everything out that no rule denies, until what this gives is ended. Rejects where it cannot: then
   * there is a proxy that keeps to the rules, or none.
   */
  async letEverythingOut(work: ProxyWork, network: string): Promise<EveryName> {
    const { engine, record } = work;
    const [proxy] = (await proxiesOf(engine, record.id)).filter(({ state }) => state.kind === 'running');
    if (!proxy) throw notRunning(record.name);
    const { EveryName } = await import('./everyName.ts');
    const before = this.inForce.of(proxy.id);
    this.inForce.forget(proxy.id);
    try {
      const policy = policyInForce(record.egress, this.settings());
      const everyName = await EveryName.begin(engine, proxy.id, policy, this.hostAddresses());
      // these it keeps to again by itself
      if (before !== undefined) this.inForce.know(proxy.id, record.id, before);
      void everyName.over.then((isCertain) => {
        if (!isCertain) this.inForce.forget(proxy.id);
      });
      return everyName;
    } catch (error) {
      await this.makeAnew(work, network);
      throw error;
    }
  }

  /** Ends the proxies of a workspace at once; what they are made of stays for the next start. */
  async stop(engine: Pick<ContainerEngine, 'listProxies' | 'killContainer'>, id: string): Promise<void> {
    const up = (await proxiesOf(engine, id)).filter(({ state }) => isUp(state));
    await Promise.all(up.map((proxy) => engine.killContainer(proxy.id)));
  }

  async pause(engine: Pick<ContainerEngine, 'listProxies' | 'pauseContainer'>, id: string): Promise<void> {
    const up = (await proxiesOf(engine, id)).filter(({ state }) => state.kind === 'running');
    await Promise.all(up.map((proxy) => engine.pauseContainer(proxy.id)));
  }

  /** Removes the proxies of a workspace and the networks over which they reached out. */
  async remove(engine: ContainerEngine, id: string): Promise<void> {
    await discardAll(engine, id);
  }

  /** What there is of the proxy of a workspace now; `undefined` for one that has none. */
  async look(engine: ContainerEngine, record: WorkspaceRecord): Promise<ProxyFacts | undefined> {
    if (record.network !== 'filtered') return undefined;
    return await proxyFacts(engine, record.id, await this.plan(record, engine));
  }

  /** What the proxies of a workspace keep to is not known any more. */
  doubt(id: string): void {
    this.inForce.forgetAllOf(id);
  }

  /** Whether it is known that a proxy that runs keeps to the rules of now. */
  async hasRules(
    proxy: ManagedProxy,
    record: WorkspaceRecord,
    engine: Pick<ContainerEngine, 'info'>,
  ): Promise<boolean> {
    return this.keepsTo(await this.plan(record, engine), proxy.id);
  }

  private keepsTo({ configuration }: ProxyPlan, containerId: string): boolean {
    return this.inForce.of(containerId) === configuration;
  }

  /** Rejects with `invalidRequest` for rules that cannot be used: none of the others would mean what it says. */
  private async plan(
    { id, name, egress }: WorkspaceRecord,
    { info }: Pick<ContainerEngine, 'info'>,
  ): Promise<ProxyPlan> {
    const settings = this.settings();
    const { planProxy } = await import('../../isolation/egress/proxyPlan.ts');
    const request = { id, name, image: settings.proxyImage, engineCpus: info.cpus };
    const policy = policyInForce(egress, settings, this.briefRules.of(id));
    return planProxy(request, policy, this.hostAddresses());
  }
}
