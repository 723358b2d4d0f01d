import * as l10n from '@vscode/l10n';
import { describeError } from '../shared/describeError.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { stateOfFacts } from './containerState.ts';
import type { EngineOperations, EngineWork } from './engineOperations.ts';
import { EndedAtOnce } from './endedAtOnce.ts';
import { isFrozen } from './frozen.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { awake } from './idle/idleMark.ts';
import { notRunning } from './notRunning.ts';
import type { Outdated, Provisioner } from './provisioner.ts';
import type { BriefRules } from './proxy/briefRules.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { ContainerState, OperationOptions, Workspace } from './workspace.ts';
import type { Intent, WorkspaceRecord } from './workspaceRecord.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

const whyAnew: Readonly<Record<Outdated, { readonly log: string; progress(): string }>> = {
  changed: {
    log: 'what its container must keep to has changed since it was made, by the files in the folder, settings or a new version. It is made anew, and what was only in the container is gone.',
    progress: () => l10n.t('Making the container anew, for what it must keep to has changed'),
  },
  unstartable: {
    log: 'the engine was ended while it started the container, and cannot start it any more. It is made anew.',
    progress: () => l10n.t('Making the container anew, for the engine cannot start it any more'),
  },
};

/** Start, stop, restart, pause and resume of workspaces. */
export class Lifecycle {
  private readonly store: Pick<WorkspaceStore, 'record' | 'setContainer' | 'update'>;
  private readonly operations: EngineOperations;
  private readonly provisioner: Pick<Provisioner, 'createAndStart' | 'startExisting'>;
  private readonly neighbours: Pick<FrozenNeighbours, 'keep' | 'whileNoneIsHeld'>;
  private readonly secrets: Pick<WorkspaceSecrets, 'giveAgain'>;
  private readonly proxies: Pick<WorkspaceProxies, 'bringUp' | 'stop' | 'pause'>;
  private readonly briefRules: Pick<BriefRules, 'forget'>;
  private readonly requireResumable: (workspaceId: string) => Promise<void>;
  private readonly log: Log;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'record' | 'setContainer' | 'update'>;
    operations: EngineOperations;
    provisioner: Pick<Provisioner, 'createAndStart' | 'startExisting'>;
    neighbours: Pick<FrozenNeighbours, 'keep' | 'whileNoneIsHeld'>;
    secrets: Pick<WorkspaceSecrets, 'giveAgain'>;
    proxies: Pick<WorkspaceProxies, 'bringUp' | 'stop' | 'pause'>;
    briefRules: Pick<BriefRules, 'forget'>;
    /** Throws `conflict` when a paused workspace must not go on as it is. */
    requireResumable: (workspaceId: string) => Promise<void>;
    log: Log;
  }) {
    this.store = parts.store;
    this.operations = parts.operations;
    this.provisioner = parts.provisioner;
    this.neighbours = parts.neighbours;
    this.secrets = parts.secrets;
    this.proxies = parts.proxies;
    this.briefRules = parts.briefRules;
    this.requireResumable = parts.requireResumable;
    this.log = parts.log;
  }

  start(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, 'start', options, (work) => this.bringUp(work));
  }

  stop(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, 'stop', options, async ({ engine, record, operation, facts }) => {
      if (!facts) return { kind: 'absent' };
      if (!facts.running && !facts.paused) return stateOfFacts(facts);
      operation.progress(l10n.t('Stopping the container'));
      // A paused one runs on for a moment, in which it could change the folder.
      await this.neighbours.whileNoneIsHeld(record.folder, async () => {
        operation.check();
        this.store.setContainer(id, { kind: 'stopping', id: facts.id });
        await engine.stopContainer(facts.id);
      });
      await this.withProxy(record, () => this.proxies.stop(engine, id));
      return await this.stateAfter(engine, facts.id);
    });
  }

  restart(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, 'restart', options, async (work) => {
      const { engine, facts } = work;
      if (!facts || !(facts.running || facts.paused)) return this.bringUp(work);
      this.briefRules.forget(id);
      if (facts.paused && !(await this.mayRunOn(id))) {
        // until it is told to end, it would see what is kept from it
        await engine.killContainer(facts.id);
        const ended = { ...facts, running: false, paused: false };
        return this.startAgain(work, ended, (containerId) => engine.startContainer(containerId));
      }
      return this.startAgain(work, facts, (containerId) => engine.restartContainer(containerId));
    });
  }

  pause(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, 'pause', options, async ({ engine, record, facts }) => {
      if (!facts?.running) throw notRunning(record.name);
      await this.neighbours.keep(id);
      await engine.pauseContainer(facts.id);
      await this.withProxy(record, () => this.proxies.pause(engine, id));
      return await this.stateAfter(engine, facts.id);
    });
  }

  resume(id: string, options: OperationOptions = {}): Promise<Workspace> {
    return this.change(id, 'resume', options, async (work) => {
      const { engine, record, facts } = work;
      if (!facts || !(facts.running || facts.paused)) throw notRunning(record.name);
      if (facts.paused) await this.letRunOn(work, facts);
      return await this.stateAfter(engine, facts.id);
    });
  }

  /** Makes the workspace run, whatever there is of it now. */
  async bringUp(work: EngineWork): Promise<ContainerState> {
    const { engine, record, operation, facts } = work;
    if (facts?.paused) {
      await this.letRunOn(work, facts);
      return await this.stateAfter(engine, facts.id);
    }
    if (facts?.running) return stateOfFacts(facts);
    if (facts) return await this.startAgain(work, facts, (containerId) => engine.startContainer(containerId));
    this.store.setContainer(record.id, { kind: 'creating' });
    try {
      return stateOfFacts(await this.provisioner.createAndStart(engine, record, operation));
    } catch (error) {
      await engine.removeEverythingOf(record.id);
      throw error;
    }
  }

  /**
   * Starts a container that exists; one that is outdated gives way to a new one. One whose isolation does not hold is
   * removed, one whose start failed is stopped.
   */
  private async startAgain(
    work: EngineWork,
    facts: ContainerFacts,
    start: (containerId: string) => Promise<void>,
  ): Promise<ContainerState> {
    const { engine, record, operation } = work;
    const startIt = () => this.provisioner.startExisting(engine, record, facts, operation, start);
    let started: ContainerFacts | Outdated;
    try {
      started = await startIt().catch((error: unknown) => {
        // An engine that was killed can leave the next shell that it starts without a standard input, which ends it.
        if (error instanceof EndedAtOnce && error.exitCode === 0) return startIt();
        throw error;
      });
    } catch (error) {
      if (hasCode(error, 'isolationNotHeld')) await engine.removeEverythingOf(record.id);
      // A stop lets a frozen container run on for a moment.
      else if (!isFrozen(this.store.record(record.id))) await engine.stopContainer(facts.id);
      throw error;
    }
    if (typeof started !== 'string') return stateOfFacts(started);
    this.log.info(`"${record.name}": ${whyAnew[started].log}`);
    operation.progress(whyAnew[started].progress());
    await engine.removeContainer(facts.id);
    return await this.bringUp({ ...work, facts: undefined });
  }

  /** A start that trusts the folder to stay as it is knows of nobody who is paused: it comes to its end first. */
  private async letRunOn(work: EngineWork, { id: containerId, networkMode }: ContainerFacts): Promise<void> {
    const { engine, record, operation } = work;
    await this.withProxy(record, () => this.proxies.bringUp(work, networkMode));
    await this.neighbours.whileNoneIsHeld(record.folder, async () => {
      operation.check();
      await this.requireResumable(record.id);
      await engine.resumeContainer(containerId);
    });
    await this.secrets.giveAgain(engine, record.id, containerId, operation.signal);
  }

  private mayRunOn(id: string): Promise<boolean> {
    return this.requireResumable(id).then(
      () => true,
      () => false,
    );
  }

  /** Without its proxy a workspace is only cut off: what cannot be done with that is done later, by who looks after it. */
  private async withProxy({ network, name }: WorkspaceRecord, work: () => Promise<void>): Promise<void> {
    if (network !== 'filtered') return;
    try {
      await work();
    } catch (error) {
      this.log.warn(`"${name}": its proxy could not follow: ${describeError(error)}`);
    }
  }

  /** What was asked for stays: a workspace that somebody paused or stopped is no idle one any more. */
  private change(
    id: string,
    kind: Intent['operation'],
    options: OperationOptions,
    work: (work: EngineWork) => Promise<ContainerState>,
  ): Promise<Workspace> {
    return this.operations.run(id, kind, options, async (given) => {
      if (given.record.idle && !given.record.idle.over) await this.store.update(id, awake);
      return await work(given);
    });
  }

  private async stateAfter(engine: EngineWork['engine'], containerId: string): Promise<ContainerState> {
    const facts = await engine.inspectContainer(containerId);
    return facts ? stateOfFacts(facts) : { kind: 'absent' };
  }
}
