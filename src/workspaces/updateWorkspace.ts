import * as l10n from '@vscode/l10n';
import { engineName } from '../isolation/engineNames.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import type { ContainerPlans } from './containerPlans.ts';
import { stateOfFacts } from './containerState.ts';
import type { EngineOperations, EngineWork } from './engineOperations.ts';
import { requireNotFrozen } from './frozen.ts';
import type { Lifecycle } from './lifecycle.ts';
import { keepsContainer, type NetworkSwitch } from './networkSwitch.ts';
import type { Operations } from './operations.ts';
import type { WorkspaceEgress } from './proxy/egressSettings.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { requireImage } from './requireImage.ts';
import type { ContainerState, OperationOptions, Workspace } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import { applyUpdateRequest, type WorkspaceChoices } from './workspaceRequest.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Changes what a person chose for a workspace, in place where the engine can and with a new container where not. */
export class WorkspaceUpdate {
  private readonly store: WorkspaceStore;
  private readonly operations: Operations;
  private readonly engineOperations: EngineOperations;
  private readonly plans: Pick<ContainerPlans, 'folder'>;
  private readonly lifecycle: Lifecycle;
  private readonly proxies: Pick<WorkspaceProxies, 'applyRules' | 'prepare' | 'requireUsable'>;
  private readonly networkSwitch: Pick<NetworkSwitch, 'prepare' | 'run'>;
  private readonly profileOf: ProfileLookup;

  constructor(parts: {
    store: WorkspaceStore;
    operations: Operations;
    engineOperations: EngineOperations;
    plans: Pick<ContainerPlans, 'folder'>;
    lifecycle: Lifecycle;
    proxies: Pick<WorkspaceProxies, 'applyRules' | 'prepare' | 'requireUsable'>;
    networkSwitch: Pick<NetworkSwitch, 'prepare' | 'run'>;
    profileOf: ProfileLookup;
  }) {
    this.store = parts.store;
    this.operations = parts.operations;
    this.engineOperations = parts.engineOperations;
    this.plans = parts.plans;
    this.lifecycle = parts.lifecycle;
    this.proxies = parts.proxies;
    this.networkSwitch = parts.networkSwitch;
    this.profileOf = parts.profileOf;
  }

  update(id: string, patch: unknown, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, () => patch, options);
  }

  /** Changes the rules for the network as they are when it comes to it, so that no other change of them is lost. */
  changeRules(
    id: string,
    change: (now: WorkspaceEgress) => WorkspaceEgress,
    options: OperationOptions = {},
  ): Promise<Workspace> {
    return this.change(id, ({ egress }) => ({ egress: change(egress ?? { allow: [], deny: [] }) }), options);
  }

  private async change(
    id: string,
    patchFor: (now: WorkspaceRecord) => unknown,
    options: OperationOptions,
  ): Promise<Workspace> {
    const record = this.store.record(id);
    const next = (now: WorkspaceRecord) => applyUpdateRequest(now, patchFor(now), this.profileOf);
    const { egress } = next(record);
    // Nobody else waits: operations come in the order in which they were asked for.
    if (egress !== record.egress) await this.proxies.requireUsable(egress, record.egress);
    if (this.hasContainer(record))
      return await this.engineOperations.run(id, 'update', options, (work) =>
        this.applyToContainer(work, next(work.record)),
      );
    return await this.operations.run(id, `update "${record.name}"`, options, async () => {
      requireNotFrozen(this.store.record(id));
      await this.store.update(id, (now) => ({ ...now, ...next(now) }));
      return this.engineOperations.workspace(id);
    });
  }

  /** Whether this update makes the container anew, so that what is only in the container is lost. */
  needsNewContainer(id: string, patch: unknown): boolean {
    const record = this.store.record(id);
    return (
      this.hasContainer(record) &&
      needsNewContainer(record, applyUpdateRequest(record, patch, this.profileOf))
    );
  }

  private hasContainer(record: WorkspaceRecord): boolean {
    return record.status !== 'archived' && this.store.container(record.id).kind !== 'absent';
  }

  private async applyToContainer(work: EngineWork, next: WorkspaceChoices): Promise<ContainerState> {
    const { record, facts } = work;
    const store = () => this.store.update(record.id, (now) => ({ ...now, ...next }));
    if (!facts) {
      await store();
      return { kind: 'absent' };
    }
    if (needsNewContainer(record, next)) return await this.replace(work, facts, next);
    const hasOtherNetwork = record.network !== next.network;
    if (hasOtherNetwork) await this.networkSwitch.prepare(work, next);
    await this.changeInPlace(work, facts, next);
    if (hasOtherNetwork) return await this.networkSwitch.run(work, facts, next);
    await store();
    if (!isEqual(record.egress, next.egress)) await this.applyRules(work, facts, next);
    return stateOfFacts(facts);
  }

  private async changeInPlace(
    { engine, record }: EngineWork,
    facts: ContainerFacts,
    next: WorkspaceChoices,
  ): Promise<void> {
    if (!isEqual(record.limits, next.limits))
      await engine.updateContainer(facts.id, {
        ...next.limits,
        cpus: Math.min(next.limits.cpus, engine.info.cpus),
      });
    if (record.name !== next.name) {
      await this.store.update(record.id, (now) => ({ ...now, name: next.name }));
      await engine.renameContainer(facts.id, engineName(next.name, record.id));
    }
  }

  /** What is stored first is what the proxy keeps to, whatever becomes of this process. */
  private async applyRules(work: EngineWork, facts: ContainerFacts, next: WorkspaceChoices): Promise<void> {
    if (next.network !== 'filtered' || !facts.running || facts.paused) return;
    work.operation.progress(l10n.t('Changing what it may reach'));
    await this.proxies.applyRules({ ...work, record: { ...work.record, ...next } }, facts.networkMode);
  }

  /** What the new container needs is looked for before the old one goes; what fails later gives the old choices back. */
  private async replace(
    work: EngineWork,
    facts: ContainerFacts,
    next: WorkspaceChoices,
  ): Promise<ContainerState> {
    const { engine, record, operation } = work;
    await this.plans.folder(record, engine.info);
    await requireImage(engine, next.image, operation);
    await this.proxies.prepare({ ...work, record: { ...record, ...next } });
    operation.check();
    await this.store.update(record.id, (now) => ({ ...now, ...next }));
    try {
      operation.progress(l10n.t('Removing the old container'));
      await engine.removeEverythingOf(record.id);
      if (!facts.running && !facts.paused) return { kind: 'absent' };
      return await this.lifecycle.bringUp({ ...work, record: { ...record, ...next }, facts: undefined });
    } catch (error) {
      await this.store.update(record.id, (now) => ({ ...now, ...choicesOf(record) }));
      throw error;
    }
  }
}

function needsNewContainer(before: WorkspaceChoices, after: WorkspaceChoices): boolean {
  const fixedAtCreation = ({ image, profile, mount, env, limits }: WorkspaceChoices) => [
    image,
    profile,
    mount,
    env,
    limits.tmpMiB,
  ];
  return !keepsContainer(before, after) || !isEqual(fixedAtCreation(before), fixedAtCreation(after));
}

function choicesOf(record: WorkspaceRecord): WorkspaceChoices {
  const { name, image, profile, network, mount, egress, limits, env } = record;
  return { name, image, profile, network, mount, egress, limits, env };
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
