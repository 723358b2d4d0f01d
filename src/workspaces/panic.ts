import * as l10n from '@vscode/l10n';
import { describeError } from '../shared/describeError.ts';
import type { Disposable } from '../shared/disposable.ts';
import { summarize } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { ContainerEvent } from './engineEvents.ts';
import { containerIdOf, isUp } from './containerState.ts';
import { cutProxies, freezeRunning } from './freezeRunning.ts';
import { freezeContainer, type Freeze } from './freezer.ts';
import { frozenNow, isFrozen } from './frozen.ts';
import { awake } from './idle/idleMark.ts';
import type { Operations } from './operations.ts';
import type { SecurityLog } from './securityLog.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What Panic did with one workspace. */
export interface PanicOutcome {
  readonly id: string;
  readonly name: string;
  /** `waiting`: the engine cannot be reached; it is frozen as soon as it is back. */
  readonly result: Freeze['result'] | 'waiting';
  /** What could not be done, where something could not. */
  readonly problem?: string;
}

/** What another window froze is known from storage a moment after the engine told of it. */
const otherWindowMs = 1000;

/** Freezes every workspace at once, past whatever else is done with them, and keeps frozen what was. */
export class Panic implements Disposable {
  private readonly store: WorkspaceStore;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly operations: Pick<Operations, 'cancel' | 'isBusy'>;
  private readonly securityLog: Pick<SecurityLog, 'record'>;
  private readonly log: Log;
  private readonly subscription: Disposable;

  constructor(parts: {
    store: WorkspaceStore;
    engines: Pick<EngineSource, 'get' | 'onDidReceiveEvent'>;
    operations: Pick<Operations, 'cancel' | 'isBusy'>;
    securityLog: Pick<SecurityLog, 'record'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.operations = parts.operations;
    this.securityLog = parts.securityLog;
    this.log = parts.log;
    this.subscription = parts.engines.onDidReceiveEvent((event) => {
      this.receive(event);
    });
  }

  /**
   * Freezes what runs and what is being started. The record says so first, so that what cannot be done now is done as
   * soon as it can be. Nothing is removed but what was just being made.
   */
  async freezeAll(): Promise<readonly PanicOutcome[]> {
    const startedAt = performance.now();
    this.store.syncFromStorage();
    const targets = this.store.records().filter((record) => this.mayRun(record));
    const stored = Promise.all(targets.map((record) => this.remember(record)));
    for (const { id } of targets) this.operations.cancel(id);
    const { freezes, others } = await freezeRunning(this.engines, () => this.containersOf(targets), this.log);
    const unexpected = this.store
      .records()
      .filter(({ id }) => freezes.has(id) && !targets.some((target) => target.id === id));
    const unstored = [
      ...(await stored),
      ...(await Promise.all(unexpected.map((record) => this.remember(record)))),
    ];
    const outcomes = [...targets, ...unexpected].map(({ id, name }, index): PanicOutcome => {
      const freeze = freezes.get(id) ?? others;
      const problem = [freeze.problem, unstored[index]].filter(Boolean).join(' ');
      return {
        id,
        name,
        result: freeze.result,
        ...(problem !== '' && { problem }),
      };
    });
    this.log.warn(
      `panic: ${outcomes.length} workspaces in ${Math.round(performance.now() - startedAt)} ms: ${outcomes.map(({ name, result }) => `"${name}" ${result}`).join(', ')}`,
    );
    await Promise.all(outcomes.map((outcome) => this.tell(outcome)));
    return outcomes;
  }

  /** Freezes again whatever runs although it is frozen: after an engine was lost, or a window restarted. */
  async enforce(engine: ContainerEngine): Promise<void> {
    const frozen = this.store.records().filter(isFrozen);
    if (frozen.length === 0) return;
    await cutProxies(engine, (workspaceId) => frozen.some(({ id }) => id === workspaceId), this.log);
    const containers = await engine.listContainers();
    await Promise.all(
      containers
        .filter(({ state, workspaceId }) => isUp(state) && frozen.some(({ id }) => id === workspaceId))
        .map(({ id }) => freezeContainer(engine, id, this.log)),
    );
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private mayRun({ id, status, frozen }: WorkspaceRecord): boolean {
    if (status === 'archived') return false;
    if (this.operations.isBusy(id) || (frozen && isFrozen({ frozen }))) return true;
    const { kind } = this.store.container(id);
    return kind === 'unknown' ? status === 'active' : !['absent', 'stopped', 'failed'].includes(kind);
  }

  /** The sentence about it where it could not be stored. */
  private async remember({ id }: WorkspaceRecord): Promise<string | undefined> {
    try {
      await this.store.update(id, (now) => ({
        ...awake(now),
        frozen: isFrozen(now) ? now.frozen : frozenNow(now),
      }));
      return undefined;
    } catch (error) {
      this.log.error(`A freeze could not be stored: ${describeError(error)}`);
      return l10n.t('It could not be stored that it is frozen: {0}', summarize(error).message);
    }
  }

  /** The containers of workspaces as they were last known. */
  private containersOf(records: readonly WorkspaceRecord[]): { workspaceId: string; id: string }[] {
    return records.flatMap(({ id: workspaceId }) => {
      const id = containerIdOf(this.store.container(workspaceId));
      return id === undefined ? [] : [{ workspaceId, id }];
    });
  }

  private async tell({ id, result, problem }: PanicOutcome): Promise<void> {
    // What was just being made is undone.
    if (this.store.find(id)?.intent?.operation === 'create') return;
    const sentence = sentenceOf(result);
    try {
      await this.securityLog.record({
        workspaceId: id,
        cause: 'panic',
        severity: result === 'failed' ? 'critical' : 'info',
        message: problem === undefined ? sentence : `${sentence} ${problem}`,
        subjects: [],
      });
    } catch (error) {
      this.log.error(`The security log could not be written: ${describeError(error)}`);
    }
  }

  /** What was under way when Panic came, or somebody else, may start a frozen container after all. */
  private receive({ workspaceId, containerId, action }: ContainerEvent): void {
    if (action === 'pause') {
      this.store.syncFromStorage();
      setTimeout(() => {
        this.store.syncFromStorage();
      }, otherWindowMs).unref();
    }
    if (action !== 'start' && action !== 'unpause') return;
    this.store.syncFromStorage();
    const record = this.store.find(workspaceId);
    if (!record || !isFrozen(record)) return;
    this.log.warn(`"${record.name}" was started although it is frozen`);
    void this.engines
      .get()
      .then((engine) => freezeContainer(engine, containerId, this.log))
      .catch((error: unknown) => {
        this.log.error(`A frozen workspace runs and could not be reached: ${describeError(error)}`);
      });
  }
}

function sentenceOf(result: PanicOutcome['result']): string {
  switch (result) {
    case 'frozen':
      return l10n.t('Frozen by Panic, and its network cut.');
    case 'stopped':
      return l10n.t('Found stopped, or stopped, by Panic; it stays so until it is released.');
    case 'waiting':
      return l10n.t('Panic could not reach the engine; it is frozen as soon as the engine is back.');
    case 'failed':
      return l10n.t('Panic could not freeze it: it may run on.');
  }
}
