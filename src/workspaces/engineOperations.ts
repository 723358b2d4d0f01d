import * as l10n from '@vscode/l10n';
import { describeError } from '../shared/describeError.ts';
import { CordonError, hasCode, summarize } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { archived } from './archived.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { containerIdOf, stateOfFacts, statusOf } from './containerState.ts';
import { requireNotFrozen } from './frozen.ts';
import { mainContainer } from './mainContainer.ts';
import type { Operation, Operations } from './operations.ts';
import type { ContainerState, OperationOptions, Workspace } from './workspace.ts';
import type { Intent, WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What an operation that changes a container is given. */
export interface EngineWork {
  readonly engine: ContainerEngine;
  readonly record: WorkspaceRecord;
  readonly operation: Operation;
  /** The container as the engine has it now; `undefined` when there is none. */
  readonly facts: ContainerFacts | undefined;
}

/** Runs operations on the container of a workspace: intent first, engine next, the record put right in the end. */
export class EngineOperations {
  private readonly store: WorkspaceStore;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Operations;
  private readonly log: Log;
  /** The number of this extension host, which owns the intents that it writes. */
  private readonly owner: number;

  constructor(
    store: WorkspaceStore,
    engines: Pick<EngineSource, 'get'>,
    operations: Operations,
    log: Log,
    owner: number,
  ) {
    this.store = store;
    this.engines = engines;
    this.operations = operations;
    this.log = log;
    this.owner = owner;
  }

  intent(operation: Intent['operation']): Intent {
    return { operation, owner: this.owner, startedAt: new Date().toISOString() };
  }

  /** Runs `work`, which returns the container's new state, and gives back the workspace as it is then. */
  async run(
    id: string,
    kind: Intent['operation'],
    options: OperationOptions,
    work: (work: EngineWork) => Promise<ContainerState>,
  ): Promise<Workspace> {
    const title = `${kind} "${this.store.record(id).name}"`;
    return await this.operations.run(id, title, options, async (operation) => {
      const record = this.requireUnarchived(id);
      requireNotFrozen(record);
      const engine = await this.engines.get(operation.signal);
      operation.check();
      const facts = await this.findContainer(engine, id);
      await this.store.update(id, (now) => ({ ...now, intent: this.intent(kind) }));
      try {
        const state = await work({ engine, record, operation, facts });
        await this.requireStillWanted(engine, id);
        await this.store.update(
          id,
          (now) => ({ ...now, intent: undefined, lastError: undefined, status: statusOf(state, now.status) }),
          state,
        );
      } catch (error) {
        await this.putRight(engine, id, error);
        throw error;
      }
      return this.workspace(id);
    });
  }

  workspace(id: string): Workspace {
    const workspace = this.store.get(id);
    if (!workspace) throw new CordonError('workspaceNotFound', l10n.t('The workspace is gone.'));
    return workspace;
  }

  requireUnarchived(id: string): WorkspaceRecord {
    const record = this.store.record(id);
    if (record.status === 'archived') throw archived(record.name);
    return record;
  }

  /** The workspace's container, by what is known of it or else by its label. */
  async findContainer(engine: ContainerEngine, id: string): Promise<ContainerFacts | undefined> {
    const known = containerIdOf(this.store.container(id));
    const facts = known === undefined ? undefined : await engine.inspectContainer(known);
    if (facts) return facts;
    const listed = (await engine.listContainers()).filter(({ workspaceId }) => workspaceId === id);
    const container = mainContainer(listed, this.store.record(id));
    return container && (await engine.inspectContainer(container.id));
  }

  /** What was made here for a workspace that another window removed or archived meanwhile must not stay. */
  async requireStillWanted(engine: ContainerEngine, id: string): Promise<void> {
    this.store.syncFromStorage();
    const wasRemoved = this.store.wasRemoved(id);
    if (!wasRemoved && this.store.find(id)?.status !== 'archived') return;
    await engine.removeEverythingOf(id);
    throw wasRemoved
      ? new CordonError('workspaceNotFound', l10n.t('The workspace was deleted in another window.'))
      : new CordonError('workspaceArchived', l10n.t('The workspace was archived in another window.'));
  }

  /** After a failure: the record says why, and the state is what the engine says now. */
  private async putRight(engine: ContainerEngine, id: string, error: unknown): Promise<void> {
    try {
      const state = await this.stateNow(engine, id);
      const lastError = hasCode(error, 'cancelled') ? {} : { lastError: summarize(error) };
      await this.store.update(
        id,
        (now) => ({ ...now, ...lastError, intent: undefined, status: statusOf(state, now.status) }),
        state,
      );
    } catch (failure) {
      this.log.warn(`The record could not be put right after a failed operation: ${describeError(failure)}`);
    }
  }

  private async stateNow(engine: ContainerEngine, id: string): Promise<ContainerState> {
    try {
      const facts = await this.findContainer(engine, id);
      return facts ? stateOfFacts(facts) : { kind: 'absent' };
    } catch (error) {
      return { kind: 'unknown', reason: summarize(error).message };
    }
  }
}
