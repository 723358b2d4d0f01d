import { hasCode } from '../shared/errors.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import type { EngineSource } from './containerEngine.ts';
import { EndedSessions } from './endedSessions.ts';
import { endProcesses } from './endProcesses.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { maskedOutput } from './secrets/maskedOutput.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { HeldSession, Session, SessionChange, SessionInfo, SessionRequest } from './session.ts';
import { SessionStarts, type StartedSession } from './sessionStarts.ts';
import type { TerminalHolding } from './terminals/terminalHolding.ts';
import { UnendedSessions } from './unendedSessions.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

interface Parts {
  readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'get' | 'setActiveTasks' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly log: Log;
  /** Lets a workspace run on that sleeps because nobody used it. */
  readonly wake: (workspaceId: string) => Promise<void>;
  readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  readonly secrets: Pick<WorkspaceSecrets, 'kept' | 'startWith'>;
  readonly holding: () => Promise<Pick<TerminalHolding, 'start' | 'join'>>;
}

/** The processes that run in workspaces. */
export class Sessions {
  private readonly running = new Map<string, SessionInfo>();
  /** By session: what ends it. */
  private readonly ends = new Map<string, () => Promise<void>>();
  /** Workspaces in which something was started as a user that was named. */
  private readonly withOtherUsers = new Set<string>();
  private readonly parts: Parts;
  private readonly starts: SessionStarts;
  private readonly unended: UnendedSessions;
  private readonly endedSessions = new EndedSessions();
  private readonly changes = new Emitter<SessionChange>();
  /** By workspace: how many are just being started. */
  private readonly opening = new Map<string, number>();

  readonly onDidChange: Event<SessionChange> = this.changes.event;

  constructor(parts: Parts) {
    const { store, engines, log } = parts;
    this.parts = parts;
    this.starts = new SessionStarts(parts);
    this.unended = new UnendedSessions(store, engines, log);
    store.onDidChange(({ id, current }) => {
      if (!current) this.endedSessions.forget(id);
    });
  }

  list(workspaceId: string): readonly SessionInfo[] {
    return [...this.running.values()].filter((session) => session.workspaceId === workspaceId);
  }

  /** Those that ended last while this window is open, the latest one first. */
  ended(workspaceId: string): readonly SessionInfo[] {
    return this.endedSessions.of(workspaceId);
  }

  /** Ends the processes of a session, whoever started it; nothing where it has ended by itself. */
  async end(sessionId: string): Promise<void> {
    await this.ends.get(sessionId)?.();
  }

  /** The shells that the image has, the usual one first. Rejects with `notRunning` and the like. */
  shells(workspaceId: string): Promise<readonly string[]> {
    return this.starts.shells(workspaceId);
  }

  /** Whether something runs here, or is just being started. A language server waits for its window, and is no use by itself. */
  isUsed(workspaceId: string): boolean {
    return (
      this.opening.has(workspaceId) || this.list(workspaceId).some(({ kind }) => kind !== 'languageServer')
    );
  }

  /** Whether a process was ever started here as another user, which may be root. */
  hadOtherUsers(workspaceId: string): boolean {
    return this.withOtherUsers.has(workspaceId);
  }

  /** Starts a process, and wakes the workspace where it sleeps. Rejects with `notRunning`, `workspaceArchived`, `engineUnavailable` or `invalidRequest`. */
  async open(workspaceId: string, request: SessionRequest): Promise<Session> {
    this.opening.set(workspaceId, (this.opening.get(workspaceId) ?? 0) + 1);
    try {
      await this.parts.wake(workspaceId);
      return await this.parts.neighbours.whileFree(workspaceId, () => this.start(workspaceId, request));
    } finally {
      const left = (this.opening.get(workspaceId) ?? 1) - 1;
      if (left > 0) this.opening.set(workspaceId, left);
      else this.opening.delete(workspaceId);
    }
  }

  /** Takes up a terminal again that an earlier window left. Rejects where it has ended, or its container does not run. */
  async takeUp(held: HeldSession): Promise<Session> {
    const { id, workspaceId, containerId, command, startedAt } = held;
    const { engines, holding } = this.parts;
    const process = await (await holding()).join({ workspaceId, containerId, sessionId: id });
    const engine = await engines.get();
    const place = { sessionId: id, containerId };
    const state = { kind: 'running' } as const;
    return this.session(
      { id, workspaceId, kind: 'terminal', command, startedAt, state },
      { kind: 'terminal', terminal: { columns: 80, rows: 24 } },
      { engine, process, place, command, isHeld: true },
    );
  }

  private async start(workspaceId: string, request: SessionRequest): Promise<Session> {
    const id = crypto.randomUUID();
    if (request.user !== undefined) this.withOtherUsers.add(workspaceId);
    const { kept } = this.parts.secrets;
    return await this.starts.start(workspaceId, id, request, (started) => {
      const info: SessionInfo = {
        ...{ id, workspaceId, kind: request.kind },
        command: started.command.map((word) => kept.masked(workspaceId, word)),
        startedAt: new Date().toISOString(),
        state: { kind: 'running' },
      };
      return this.session(info, request, started);
    });
  }

  private session(info: SessionInfo, request: SessionRequest, started: StartedSession): Session {
    const { id, workspaceId, command, startedAt } = info;
    const { engine, place, process } = started;
    const { log, secrets } = this.parts;
    const end = async () => {
      const now = this.running.get(id);
      if (!now) return;
      this.running.set(id, { ...now, state: { kind: 'ending' } });
      const whole = { ...place, isTerminal: request.terminal !== undefined };
      if (!(await endProcesses(engine, whole, process, log))) this.unended.add(workspaceId, place);
    };
    this.track(info, started, end);
    // In a terminal that a person only reads; the one they work in shows what is there.
    const isShown = request.terminal !== undefined && request.kind !== 'terminal';
    const values = secrets.kept.values(workspaceId);
    const exitCode = process.exitCode.catch((error: unknown) => {
      throw secrets.kept.maskedError(workspaceId, error);
    });
    // Whoever does not care for the exit code must not be ended by it.
    exitCode.catch(() => undefined);
    return {
      ...info,
      stdin: process.stdin,
      stdout: isShown ? maskedOutput(process.stdout, values) : process.stdout,
      // What a language server says beside its messages is kept in a log.
      stderr: request.kind === 'languageServer' ? maskedOutput(process.stderr, values) : process.stderr,
      exitCode,
      ...(started.isHeld && {
        held: { id, workspaceId, containerId: place.containerId, command, startedAt },
      }),
      resize: (columns, rows) => process.resize(columns, rows),
      letGo: () => {
        process.close();
      },
      end,
    };
  }

  private track(info: SessionInfo, { place, process }: StartedSession, end: () => Promise<void>): void {
    this.running.set(info.id, info);
    this.ends.set(info.id, end);
    this.count(info.workspaceId);
    this.changes.fire({ session: info });
    const forget = (exitCode?: number) => {
      const endedAt = new Date();
      const session: SessionInfo = {
        ...info,
        state: { kind: 'ended', exitCode, endedAt: endedAt.toISOString() },
      };
      this.running.delete(info.id);
      this.ends.delete(info.id);
      this.endedSessions.add(session);
      this.count(info.workspaceId);
      const durationMs = Math.max(0, endedAt.getTime() - Date.parse(info.startedAt));
      this.changes.fire({ session, end: { exitCode, durationMs } });
    };
    process.exitCode.then(forget, (error: unknown) => {
      forget();
      // Whoever lost the way to a process cannot say that it has ended.
      if (hasCode(error, 'engineFailed') || hasCode(error, 'engineUnavailable'))
        this.unended.add(info.workspaceId, place);
    });
  }

  private count(workspaceId: string): void {
    this.parts.store.setActiveTasks(workspaceId, this.list(workspaceId).length);
  }
}
