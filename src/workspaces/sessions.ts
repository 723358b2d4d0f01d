import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { Emitter, type Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import type { ContainerProcess } from './engineProcesses.ts';
import { endProcesses, sessionVariable, type SessionPlace } from './endProcesses.ts';
import { shellsOf, usualShells } from './shells/findShells.ts';
import { withIntegration } from './shells/shellIntegration.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { maskedOutput } from './secrets/maskedOutput.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import { requireRunning } from './requireRunning.ts';
import type { Session, SessionChange, SessionInfo, SessionRequest } from './session.ts';
import { UnendedSessions } from './unendedSessions.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** The processes that run in workspaces. */
export class Sessions {
  private readonly running = new Map<string, SessionInfo>();
  /** By session: what ends it. */
  private readonly ends = new Map<string, () => Promise<void>>();
  /** Workspaces in which something was started as a user that was named. */
  private readonly withOtherUsers = new Set<string>();
  private readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'setActiveTasks' | 'onDidChange'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly log: Log;
  private readonly changes = new Emitter<SessionChange>();

  readonly onDidChange: Event<SessionChange> = this.changes.event;
  /** Lets a workspace run on that sleeps because nobody used it. */
  private readonly wake: (workspaceId: string) => Promise<void>;
  private readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  private readonly secrets: Pick<WorkspaceSecrets, 'kept' | 'startWith'>;
  private readonly unended: UnendedSessions;
  /** By workspace: how many are just being started. */
  private readonly opening = new Map<string, number>();

  constructor(
    store: Pick<WorkspaceStore, 'record' | 'container' | 'setActiveTasks' | 'onDidChange'>,
    engines: Pick<EngineSource, 'get'>,
    log: Log,
    wake: (workspaceId: string) => Promise<void>,
    neighbours: Pick<FrozenNeighbours, 'whileFree'>,
    secrets: Pick<WorkspaceSecrets, 'kept' | 'startWith'>,
  ) {
    this.store = store;
    this.engines = engines;
    this.log = log;
    this.wake = wake;
    this.neighbours = neighbours;
    this.secrets = secrets;
    this.unended = new UnendedSessions(store, engines, log);
  }

  list(workspaceId: string): readonly SessionInfo[] {
    return [...this.running.values()].filter((session) => session.workspaceId === workspaceId);
  }

  /** Ends the processes of a session, whoever started it; nothing where it has ended by itself. */
  async end(sessionId: string): Promise<void> {
    await this.ends.get(sessionId)?.();
  }

  /** The shells that the image has, the usual one first. Rejects with `notRunning` and the like. */
  async shells(workspaceId: string): Promise<readonly string[]> {
    const engine = await this.engines.get();
    const containerId = requireRunning(this.store, workspaceId);
    return await shellsOf((path) => engine.hasFile(containerId, path));
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
    const shell =
      request.command === undefined
        ? (request.shell ?? (await this.findShell(engine, workspaceId, containerId)))
        : undefined;
    const started = shell === undefined ? undefined : withIntegration(shell);
    const command = request.command ?? started?.command ?? [];
    if (command.length === 0 || command.some((word) => typeof word !== 'string' || word.includes('\0')))
      throw new CordonError('invalidRequest', l10n.t('A command is a list of words, and cannot be empty.'));
    const { kept } = this.secrets;
    // Before anybody is told what runs.
    await kept.learn(workspaceId);
    const id = crypto.randomUUID();
    if (request.user !== undefined) this.withOtherUsers.add(workspaceId);
    const place: SessionPlace = { sessionId: id, containerId, user: request.user };
    const start = (words: readonly string[]) =>
      engine.startProcess({
        containerId,
        command: words,
        cwd: request.cwd ?? '/workspace',
        env: {
          ...(request.terminal && { TERM: 'xterm-256color', COLORTERM: 'truecolor' }),
          ...(started && this.shellVariables(workspaceId, started.env)),
          ...request.env,
          [sessionVariable]: id,
        },
        ...(request.user === undefined ? {} : { user: request.user }),
        ...(request.terminal && { terminal: request.terminal }),
        stdin: request.stdin ?? request.terminal !== undefined,
      });
    const process = await this.secrets.startWith(
      engine,
      { id: workspaceId, containerId },
      { ...request, command },
      start,
    );
    // In a terminal that a person only reads; the one they work in shows what is there.
    const isShown = request.terminal !== undefined && request.kind !== 'terminal';
    const info: SessionInfo = {
      id,
      workspaceId,
      kind: request.kind,
      command: (shell === undefined ? command : [shell]).map((word) => kept.masked(workspaceId, word)),
      startedAt: new Date().toISOString(),
    };
    const end = async () => {
      if (!this.running.has(id)) return;
      const whole = { ...place, isTerminal: request.terminal !== undefined };
      if (!(await endProcesses(engine, whole, process, this.log))) this.unended.add(workspaceId, place);
    };
    this.track(info, process, end);
    return {
      ...info,
      stdin: process.stdin,
      stdout: isShown ? maskedOutput(process.stdout, kept.values(workspaceId)) : process.stdout,
      // What a language server says beside its messages is kept in a log.
      stderr:
        request.kind === 'languageServer'
          ? maskedOutput(process.stderr, kept.values(workspaceId))
          : process.stderr,
      exitCode: process.exitCode,
      resize: (columns, rows) => process.resize(columns, rows),
      end,
    };
  }

  private async findShell(
    engine: ContainerEngine,
    workspaceId: string,
    containerId: string,
  ): Promise<string> {
    for (const shell of usualShells) if (await engine.hasFile(containerId, shell)) return shell;
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The image {0} has no shell. Choose an image with "bash" or "sh".',
        this.store.record(workspaceId).image,
      ),
    );
  }

  /** What the person set for the workspace stays. */
  private shellVariables(
    workspaceId: string,
    wanted: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> {
    const { env } = this.store.record(workspaceId);
    return Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in env)));
  }

  private track(info: SessionInfo, process: ContainerProcess, end: () => Promise<void>): void {
    const startedAt = performance.now();
    this.running.set(info.id, info);
    this.ends.set(info.id, end);
    this.count(info.workspaceId);
    this.changes.fire({ session: info });
    const forget = (exitCode?: number) => {
      this.running.delete(info.id);
      this.ends.delete(info.id);
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
}
