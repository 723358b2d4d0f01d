import type { Readable } from 'node:stream';
import type { IsolationReport } from '../isolation/isolationReport.ts';
import type { Event } from '../shared/event.ts';
import { requireBatch, runBatch, type BatchOperation, type BatchResult } from './batch.ts';
import type { EngineSource } from './containerEngine.ts';
import type { LocalImage } from './engineImages.ts';
import { containerIdOf } from './containerState.ts';
import type { WorkspaceCreation } from './createWorkspace.ts';
import type { EngineOperations } from './engineOperations.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import type { Lifecycle } from './lifecycle.ts';
import { notRunning } from './notRunning.ts';
import type { Operations } from './operations.ts';
import type { Panic, PanicOutcome } from './panic.ts';
import type { IsolationReports } from './isolationReports.ts';
import type { ForwardedPort, ForwardPortOptions, PortForwards } from './ports/portForwards.ts';
import type { Release } from './release.ts';
import type { WorkspaceRemoval } from './removeWorkspace.ts';
import { runCommand } from './runCommand.ts';
import { maskedOutput } from './secrets/maskedOutput.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { SecurityEntry, SecurityLog } from './securityLog.ts';
import type { HeldSession, Session, SessionInfo, SessionRequest } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { WorkspaceUpdate } from './updateWorkspace.ts';
import type { ExecOptions, ExecResult, OperationOptions, Workspace, WorkspaceChange } from './workspace.ts';
import type { CreateWorkspaceRequest, UpdateWorkspaceRequest } from './workspaceRequest.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

const dayMs = 86_400_000;

interface Parts {
  readonly store: WorkspaceStore;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly operations: Operations;
  readonly engineOperations: EngineOperations;
  readonly isolationReports: IsolationReports;
  readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  readonly creation: WorkspaceCreation;
  readonly lifecycle: Lifecycle;
  readonly updating: WorkspaceUpdate;
  readonly removal: WorkspaceRemoval;
  readonly sessions: Sessions;
  readonly forwards: Pick<PortForwards, 'forward' | 'sessions' | 'stop'>;
  readonly securityLog: SecurityLog;
  readonly secrets: Pick<WorkspaceSecrets, 'kept'>;
  readonly panic: Panic;
  readonly release: Release;
}

/** Everything that can be done with workspaces: what the API, the commands and the views are given. */
export class WorkspaceService {
  readonly onDidChange: Event<WorkspaceChange>;
  readonly onDidRecordSecurity: Event<SecurityEntry>;
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
    this.onDidChange = parts.store.onDidChange;
    this.onDidRecordSecurity = parts.securityLog.onDidRecord;
  }

  list(): readonly Workspace[] {
    return this.parts.store.list();
  }

  get(id: string): Workspace | undefined {
    return this.parts.store.get(id);
  }

  create(request: CreateWorkspaceRequest, options?: OperationOptions): Promise<Workspace> {
    return this.parts.creation.create(request, options);
  }

  async update(id: string, patch: UpdateWorkspaceRequest, options?: OperationOptions): Promise<Workspace> {
    return await this.parts.updating.update(id, patch, options);
  }

  /** Whether this update would make the container anew, so that what is only in the container would be lost. */
  needsNewContainer(id: string, patch: UpdateWorkspaceRequest): boolean {
    return this.parts.updating.needsNewContainer(id, patch);
  }

  remove(id: string, options?: OperationOptions): Promise<void> {
    return this.parts.removal.remove(id, options);
  }

  archive(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.removal.archive(id, options);
  }

  restore(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.removal.restore(id, options);
  }

  start(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.lifecycle.start(id, options);
  }

  stop(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.lifecycle.stop(id, options);
  }

  restart(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.lifecycle.restart(id, options);
  }

  pause(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.lifecycle.pause(id, options);
  }

  resume(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.lifecycle.resume(id, options);
  }

  async batch(
    operation: BatchOperation,
    ids: readonly string[],
    options: OperationOptions = {},
  ): Promise<BatchResult> {
    requireBatch(operation, ids);
    return await runBatch(ids, options, (id, each): Promise<unknown> => this[operation](id, each));
  }

  /**
   * Runs a command to its end, beside other commands and operations of the workspace. Builds may take their time: a
   * command has a day where its caller names no time-out.
   */
  async exec(id: string, command: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
    const { name } = this.parts.store.record(id);
    return await this.parts.operations.run(
      `exec ${crypto.randomUUID()}`,
      `exec in "${name}"`,
      { ...options, timeoutMs: options.timeoutMs ?? dayMs },
      (operation) =>
        runCommand((request) => this.openSession(id, request), command, options, operation.signal),
    );
  }

  /** Starts a terminal or a command whose output is read as it comes. */
  openSession(id: string, request: SessionRequest): Promise<Session> {
    return this.parts.sessions.open(id, request);
  }

  /** Takes up a terminal again that an earlier window left. Rejects with `notRunning` where it has ended. */
  takeUpSession(held: HeldSession): Promise<Session> {
    return this.parts.sessions.takeUp(held);
  }

  sessions(id: string): readonly SessionInfo[] {
    return [...this.parts.sessions.list(id), ...this.parts.forwards.sessions(id)];
  }

  /** Those that ended last while this window is open, the latest one first. */
  endedSessions(id: string): readonly SessionInfo[] {
    return this.parts.sessions.ended(id);
  }

  /** Forwards a port to this machine's loopback, without anything being published, until it is disposed of. */
  forwardPort(id: string, port: number, options?: ForwardPortOptions): Promise<ForwardedPort> {
    return this.parts.forwards.forward(id, port, options);
  }

  /** The shells that the image has, by their paths in the container, the usual one first. */
  shells(id: string): Promise<readonly string[]> {
    return this.parts.sessions.shells(id);
  }

  /** Ends a session: its processes, children included, or what forwards a port; nothing where it has ended by itself. */
  async endSession(sessionId: string): Promise<void> {
    const { forwards, sessions } = this.parts;
    await Promise.all([sessions.end(sessionId), forwards.stop(sessionId)]);
  }

  /** What is in force now, compared with what the profile promises. Rejects with `notRunning`. */
  async isolationReport(id: string, options: OperationOptions = {}): Promise<IsolationReport> {
    const { engines, engineOperations, isolationReports, neighbours, operations, store } = this.parts;
    const { name } = store.record(id);
    return await operations.run(id, `isolation report of "${name}"`, options, async (operation) => {
      const record = engineOperations.requireUnarchived(id);
      const engine = await engines.get(operation.signal);
      const facts = await engineOperations.findContainer(engine, id);
      if (!facts?.running) throw notRunning(name);
      const { report } = await neighbours.whileFree(id, () => isolationReports.report(engine, record, facts));
      return report;
    });
  }

  /** What happened to the safety of a workspace, oldest first. Rejects with `workspaceNotFound`. */
  async securityLog(id: string): Promise<readonly SecurityEntry[]> {
    this.parts.store.record(id);
    return await this.parts.securityLog.read(id);
  }

  /** Freezes every workspace at once, past whatever is done with them now, and says what became of each. */
  panic(): Promise<readonly PanicOutcome[]> {
    return this.parts.panic.freezeAll();
  }

  /** Lets a workspace that Panic froze run on. Rejects with `isolationNotHeld` where it must not. */
  release(id: string, options?: OperationOptions): Promise<Workspace> {
    return this.parts.release.release(id, options);
  }

  /** Takes a container off a network to which somebody else connected it. */
  async disconnectNetwork(id: string, networkId: string): Promise<void> {
    const { engines, engineOperations } = this.parts;
    const engine = await engines.get();
    const facts = await engineOperations.findContainer(engine, id);
    if (facts) await engine.disconnectNetwork(facts.id, networkId);
  }

  async listImages(): Promise<readonly LocalImage[]> {
    const engine = await this.parts.engines.get();
    return await engine.listImages();
  }

  /** What the main process prints, or only its last lines, without secrets; follows until the signal aborts. Rejects with `notRunning`. */
  async followLogs(id: string, signal: AbortSignal, lastLines?: number): Promise<Readable> {
    const { name } = this.parts.store.record(id);
    const engine = await this.parts.engines.get(signal);
    const containerId = containerIdOf(this.parts.store.container(id));
    if (containerId === undefined) throw notRunning(name);
    const { kept } = this.parts.secrets;
    await kept.learn(id);
    return maskedOutput(await engine.followLogs(containerId, signal, lastLines), kept.values(id));
  }
}
