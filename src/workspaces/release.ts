import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { stateOfFacts } from './containerState.ts';
import type { EngineOperations } from './engineOperations.ts';
import { freezeContainer } from './freezer.ts';
import { frozenNow, isFrozen, releasedNow } from './frozen.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { requireIsolation } from './requireIsolation.ts';
import type { IsolationReports } from './isolationReports.ts';
import type { Operation, Operations } from './operations.ts';
import { ownNetwork } from './ownNetwork.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { OperationOptions, Workspace } from './workspace.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Lets a workspace that Panic froze run on: its network back first, its isolation checked, then its processes. */
export class Release {
  private readonly store: WorkspaceStore;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Operations;
  private readonly engineOperations: Pick<EngineOperations, 'findContainer' | 'workspace'>;
  private readonly isolationReports: Pick<IsolationReports, 'report'>;
  private readonly neighbours: Pick<FrozenNeighbours, 'whileNoneIsHeld'>;
  private readonly secrets: Pick<WorkspaceSecrets, 'giveAgain'>;
  private readonly proxies: Pick<WorkspaceProxies, 'bringUp'>;
  private readonly log: Log;

  constructor(parts: {
    store: WorkspaceStore;
    engines: Pick<EngineSource, 'get'>;
    operations: Operations;
    engineOperations: Pick<EngineOperations, 'findContainer' | 'workspace'>;
    isolationReports: Pick<IsolationReports, 'report'>;
    neighbours: Pick<FrozenNeighbours, 'whileNoneIsHeld'>;
    secrets: Pick<WorkspaceSecrets, 'giveAgain'>;
    proxies: Pick<WorkspaceProxies, 'bringUp'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.operations = parts.operations;
    this.engineOperations = parts.engineOperations;
    this.isolationReports = parts.isolationReports;
    this.neighbours = parts.neighbours;
    this.secrets = parts.secrets;
    this.proxies = parts.proxies;
    this.log = parts.log;
  }

  /** What fails leaves the workspace frozen. One that has no frozen container is only free to be started again. */
  async release(id: string, options: OperationOptions = {}): Promise<Workspace> {
    const { name } = this.store.record(id);
    return await this.operations.run(id, `release "${name}"`, options, async (operation) => {
      const record = this.store.record(id);
      if (!isFrozen(record)) return this.engineOperations.workspace(id);
      const engine = await this.engines.get(operation.signal);
      operation.check();
      const facts = await this.engineOperations.findContainer(engine, id);
      if (facts?.paused)
        await this.neighbours.whileNoneIsHeld(record.folder, () =>
          this.thaw(engine, record, facts, operation),
        );
      else await this.store.update(id, (now) => ({ ...now, frozen: releasedNow(now) }), stateOf(facts));
      return this.engineOperations.workspace(id);
    });
  }

  private async thaw(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    frozen: ContainerFacts,
    operation: Operation,
  ): Promise<void> {
    const containerId = frozen.id;
    try {
      if (record.network !== 'none') await this.giveNetworkBack(engine, record, frozen, operation);
      operation.progress(l10n.t('Checking the isolation'));
      await this.check(engine, record, frozen);
      operation.check();
      await this.store.update(record.id, (now) => ({ ...now, frozen: releasedNow(now) }));
      operation.progress(l10n.t('Resuming the container'));
      await engine.resumeContainer(containerId);
      const facts = await this.check(engine, record, frozen);
      await this.secrets.giveAgain(engine, record.id, containerId, operation.signal);
      operation.check();
      await this.store.update(record.id, (now) => ({ ...now, status: 'active' }), stateOf(facts));
    } catch (error) {
      await this.store.update(record.id, (now) => ({ ...now, frozen: frozenNow(now) }));
      await freezeContainer(engine, containerId, this.log);
      throw error;
    }
  }

  private async giveNetworkBack(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    facts: ContainerFacts,
    operation: Operation,
  ): Promise<void> {
    const { id, name } = record;
    operation.progress(l10n.t('Connecting the network'));
    const own = await ownNetwork(engine, id, facts);
    if (!own)
      throw new CordonError(
        'conflict',
        l10n.t('The network of the workspace "{0}" is gone. It can only be deleted or archived.', name),
      );
    await engine.connectNetwork(own.id, facts.id);
    operation.check();
    await this.proxies.bringUp({ engine, record, operation }, own.id);
    operation.check();
  }

  private async check(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    known: ContainerFacts,
  ): Promise<ContainerFacts> {
    const { facts, report } = await this.isolationReports.report(engine, record, known);
    requireIsolation(report);
    return facts;
  }
}

function stateOf(facts: ContainerFacts | undefined) {
  return facts ? stateOfFacts(facts) : ({ kind: 'absent' } as const);
}
