import { describeError } from '../shared/describeError.ts';
import { folderPath, folderUri } from '../isolation/folderCheck.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { ContainerPlans } from './containerPlans.ts';
import { stateOfFacts } from './containerState.ts';
import type { WorkspaceDefaults } from './defaults.ts';
import type { EngineOperations } from './engineOperations.ts';
import type { Operation, Operations } from './operations.ts';
import type { Provisioner } from './provisioner.ts';
import type { OperationOptions, Workspace } from './workspace.ts';
import type { NetworkUnasked } from './proxy/networkUnasked.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { requireFreeName } from './requireFreeName.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import { parseCreateRequest } from './workspaceRequest.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Makes workspaces; one that cannot be made leaves nothing behind. */
export class WorkspaceCreation {
  private readonly store: WorkspaceStore;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Operations;
  private readonly engineOperations: Pick<EngineOperations, 'intent' | 'workspace' | 'requireStillWanted'>;
  private readonly plans: Pick<ContainerPlans, 'folder'>;
  private readonly provisioner: Pick<Provisioner, 'createAndStart'>;
  private readonly views: Pick<ReviewViews, 'remove'>;
  private readonly proxies: Pick<WorkspaceProxies, 'requireUsable'>;
  private readonly networkUnasked: NetworkUnasked;
  private readonly defaults: () => WorkspaceDefaults;
  private readonly profileOf: ProfileLookup;
  private readonly platform: NodeJS.Platform;
  private readonly log: Log;

  constructor(parts: {
    store: WorkspaceStore;
    engines: Pick<EngineSource, 'get'>;
    operations: Operations;
    engineOperations: Pick<EngineOperations, 'intent' | 'workspace' | 'requireStillWanted'>;
    plans: Pick<ContainerPlans, 'folder'>;
    provisioner: Pick<Provisioner, 'createAndStart'>;
    views: Pick<ReviewViews, 'remove'>;
    proxies: Pick<WorkspaceProxies, 'requireUsable'>;
    networkUnasked: NetworkUnasked;
    defaults: () => WorkspaceDefaults;
    profileOf: ProfileLookup;
    platform: NodeJS.Platform;
    log: Log;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.operations = parts.operations;
    this.engineOperations = parts.engineOperations;
    this.plans = parts.plans;
    this.provisioner = parts.provisioner;
    this.views = parts.views;
    this.proxies = parts.proxies;
    this.networkUnasked = parts.networkUnasked;
    this.defaults = parts.defaults;
    this.profileOf = parts.profileOf;
    this.platform = parts.platform;
    this.log = parts.log;
  }

  async create(input: unknown, options: OperationOptions = {}): Promise<Workspace> {
    const { choices, folder, start, isNetworkAsked } = parseCreateRequest(
      input,
      this.defaults(),
      this.profileOf,
    );
    await this.proxies.requireUsable(choices.egress, undefined);
    const id = newWorkspaceId();
    return await this.operations.run(id, `create "${choices.name}"`, options, async (operation) => {
      const uri = folder.startsWith('file:')
        ? folder
        : folderUri(folderPath(folder, this.platform), this.platform);
      await this.plans.folder({ folder: uri }, undefined);
      operation.check();
      const now = new Date().toISOString();
      const record: WorkspaceRecord = {
        id,
        ...choices,
        folder: uri,
        status: 'inactive',
        createdAt: now,
        updatedAt: now,
        statusAt: now,
      };
      if (start) await this.createRunning(record, isNetworkAsked, operation);
      else await this.createStopped(record, isNetworkAsked, operation);
      return this.engineOperations.workspace(id);
    });
  }

  /** Needs no engine; where there is one, it is known now whether the usual network can be had. */
  private async createStopped(
    record: WorkspaceRecord,
    isNetworkAsked: boolean,
    operation: Operation,
  ): Promise<void> {
    const { network: usual } = record;
    if (isNetworkAsked || usual !== 'filtered') {
      await this.store.insert(record, { kind: 'absent' });
      return;
    }
    requireFreeName(record, this.store.records());
    const choose = async () =>
      await this.networkUnasked.choose(usual, {
        engine: await this.engines.get(operation.signal),
        operation,
      });
    const network = await choose().catch(() => usual);
    operation.check();
    await this.store.insert({ ...record, network }, { kind: 'absent' });
  }

  private async createRunning(
    wanted: WorkspaceRecord,
    isNetworkAsked: boolean,
    operation: Operation,
  ): Promise<void> {
    let record = wanted;
    const intent = this.engineOperations.intent('create');
    await this.store.insert({ ...record, intent }, { kind: 'creating' });
    let engine: ContainerEngine | undefined;
    try {
      operation.check();
      engine = await this.engines.get(operation.signal);
      operation.check();
      if (!isNetworkAsked) record = await this.withUsualNetwork(record, engine, operation);
      const facts = await this.provisioner.createAndStart(engine, record, operation);
      await this.engineOperations.requireStillWanted(engine, record.id);
      await this.store.update(
        record.id,
        (now) => ({ ...now, intent: undefined, status: 'active' }),
        stateOfFacts(facts),
      );
    } catch (error) {
      await this.undo(record, engine);
      throw error;
    }
  }

  private async withUsualNetwork(
    record: WorkspaceRecord,
    engine: ContainerEngine,
    operation: Operation,
  ): Promise<WorkspaceRecord> {
    const network = await this.networkUnasked.choose(record.network, { engine, operation });
    operation.check();
    if (network === record.network) return record;
    await this.store.update(record.id, (now) => ({ ...now, network }));
    return { ...record, network };
  }

  /** Removes what was made. Where the engine is lost, the record stays hidden until recovery has removed the rest. */
  private async undo(record: WorkspaceRecord, engine: ContainerEngine | undefined): Promise<void> {
    try {
      await engine?.removeEverythingOf(record.id);
      await this.views.remove(record, () => this.engines.get());
      await this.store.delete(record.id);
    } catch (error) {
      this.log.warn(
        `What was made of "${record.name}" will be removed when the engine is back: ${describeError(error)}`,
      );
      const discard = this.engineOperations.intent('discard');
      await this.store
        .update(record.id, (now) => ({ ...now, intent: discard }))
        .catch((failure: unknown) => {
          if (!hasCode(failure, 'storageFailed')) throw failure;
          this.log.error(`The intent could not be stored: ${describeError(failure)}`);
        });
    }
  }
}

/** 32 hexadecimal digits. */
function newWorkspaceId(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
