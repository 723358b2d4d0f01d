import { describeError } from '../shared/describeError.ts';
import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { CordonError } from '../shared/errors.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import { bashPromptCommand } from './bashPrompt.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { ContainerProcess } from './engineProcesses.ts';
import { sessionVariable, signalSession, type SessionPlace } from './endProcesses.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { requireRunning } from './requireRunning.ts';
import type { Session, SessionChange, SessionInfo, SessionRequest } from './session.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** How long a process may take to end by itself once it was asked to. */
const endGraceMs = 1500;
/** Rounds of killing: a process that forks meanwhile is found in the next one. */
const killRounds = 5;

const shells = ['/bin/bash', '/usr/bin/bash', '/bin/sh', '/usr/bin/sh'] as const;

/** The processes that run in workspaces. */
export class Sessions {
  private readonly running = new Map<string, SessionInfo>();
  /** Workspaces in which something was started as a user that was named. */
  private readonly withOtherUsers = new Set<string>();
  private readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'setActiveTasks'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly log: Log;
  private readonly changes = new Emitter<SessionChange>();

  readonly onDidChange: Event<SessionChange> = this.changes.event;
  /** Lets a workspace run on that sleeps because nobody used it. */
  private readonly wake: (workspaceId: string) => Promise<void>;
  private readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  /** By workspace: how many are just being started. */
  private readonly opening = new Map<string, number>();

  constructor(
    store: Pick<WorkspaceStore, 'record' | 'container' | 'setActiveTasks'>,
    engines: Pick<EngineSource, 'get'>,
    log: Log,
    wake: (workspaceId: string) => Promise<void>,
    neighbours: Pick<FrozenNeighbours, 'whileFree'>,
  ) {
    this.store = store;
    this.engines = engines;
    this.log = log;
    this.wake = wake;
    this.neighbours = neighbours;
  }

  list(workspaceId: string): readonly SessionInfo[] {
    return [...this.running.values()].filter((session) => session.workspaceId === workspaceId);
  }

  /** Whether something runs here, or is just being started. */
  isUsed(workspaceId: string): boolean {
    return this.opening.has(workspaceId) || this.list(workspaceId).length > 0;
  }

  /** Whether a process was ever started here as another user, which may be root. */
  hadOtherUsers(workspaceId: string): boolean {
    return this.withOtherUsers.has(workspaceId);
  }

  /** Starts a process, and wakes the workspace where it sleeps. Rejects with `notRunning`, `workspaceArchived`, `engineUnavailable` or `invalidRequest`. */
  async open(workspaceId: string, request: SessionRequest): Promise<Session> {
    this.opening.set(workspaceId, (this.opening.get(workspaceId) ?? 0) + 1);
    try {
      await this.wake(workspaceId);
      return await this.neighbours.whileFree(workspaceId, () => this.start(workspaceId, request));
    } finally {
      const left = (this.opening.get(workspaceId) ?? 1) - 1;
      if (left > 0) this.opening.set(workspaceId, left);
      else this.opening.delete(workspaceId);
    }
  }

  private async start(workspaceId: string, request: SessionRequest): Promise<Session> {
    const engine = await this.engines.get();
    const containerId = requireRunning(this.store, workspaceId);
    const command = request.command ?? [await this.findShell(engine, workspaceId, containerId)];
    if (command.length === 0 || command.some((word) => typeof word !== 'string' || word.includes('\0')))
      throw new CordonError('invalidRequest', l10n.t('A command is a list of words, and cannot be empty.'));
    const id = crypto.randomUUID();
    if (request.user !== undefined) this.withOtherUsers.add(workspaceId);
    const place: SessionPlace = { sessionId: id, containerId, user: request.user };
    const process = await engine.startProcess({
      containerId,
      command,
      cwd: request.cwd ?? '/workspace',
      env: {
        ...(request.terminal && { TERM: 'xterm-256color', COLORTERM: 'truecolor' }),
        ...(request.command === undefined && this.promptOf(workspaceId, command)),
        ...request.env,
        [sessionVariable]: id,
      },
      ...(request.user === undefined ? {} : { user: request.user }),
      ...(request.terminal && { terminal: request.terminal }),
      stdin: request.stdin ?? request.terminal !== undefined,
    });
    const info: SessionInfo = {
      id,
      workspaceId,
      kind: request.kind,
      command,
      startedAt: new Date().toISOString(),
    };
    this.track(info, process);
    return {
      ...info,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      exitCode: process.exitCode,
      resize: (columns, rows) => process.resize(columns, rows),
      end: () => this.end(engine, place, request.terminal !== undefined, process),
    };
  }

  private async findShell(
    engine: ContainerEngine,
    workspaceId: string,
    containerId: string,
  ): Promise<string> {
    for (const shell of shells) if (await engine.hasFile(containerId, shell)) return shell;
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The image {0} has no shell. Choose an image with "bash" or "sh".',
        this.store.record(workspaceId).image,
      ),
    );
  }

  /** Only bash runs it; one that the person set for the workspace stays. */
  private promptOf(workspaceId: string, [shell]: readonly string[]): Record<string, string> {
    const isOurs = shell?.endsWith('/bash') && !('PROMPT_COMMAND' in this.store.record(workspaceId).env);
    return isOurs ? { PROMPT_COMMAND: bashPromptCommand } : {};
  }

  private track(info: SessionInfo, process: ContainerProcess): void {
    const startedAt = performance.now();
    this.running.set(info.id, info);
    this.count(info.workspaceId);
    this.changes.fire({ session: info });
    const forget = (exitCode?: number) => {
      this.running.delete(info.id);
      this.count(info.workspaceId);
      const durationMs = Math.round(performance.now() - startedAt);
      this.changes.fire({ session: info, end: { exitCode, durationMs } });
    };
    process.exitCode.then(forget, () => {
      forget();
    });
  }

  private count(workspaceId: string): void {
    this.store.setActiveTasks(workspaceId, this.list(workspaceId).length);
  }

  /** Asks the processes to end, waits a moment, and kills what is left, children and grandchildren included. */
  private async end(
    engine: ContainerEngine,
    place: SessionPlace,
    isTerminal: boolean,
    process: ContainerProcess,
  ): Promise<void> {
    if (!this.running.has(place.sessionId)) return;
    const ended = process.exitCode.then(
      () => undefined,
      () => undefined,
    );
    try {
      await signalSession(engine, place, isTerminal ? 'HUP' : 'TERM');
      await pTimeout(ended, { milliseconds: endGraceMs, fallback: () => undefined });
      for (let round = 0; round < killRounds; round++)
        if ((await signalSession(engine, place, 'KILL')) === 0) break;
    } catch (error) {
      this.log.warn(
        `The processes of a session could not be ended; stop the workspace to end them: ${describeError(error)}`,
      );
    }
    await pTimeout(ended, { milliseconds: endGraceMs, fallback: () => undefined });
    process.close();
  }
}
