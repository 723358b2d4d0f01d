import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import * as z from 'zod/mini';
import { DisposableStore, toDisposable, type Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import { KeyedQueue } from '../../shared/keyedQueue.ts';
import type { Log } from '../../shared/log.ts';
import { containerIdOf } from '../containerState.ts';
import { requireRunning } from '../requireRunning.ts';
import type { SessionChange, SessionInfo } from '../session.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { ListeningPort } from './listeningPorts.ts';
import { localAddress } from './localAddress.ts';
import type { PortForward } from './portForward.ts';
import type { OwnProcesses } from '../ownProcesses.ts';
import type { Relay } from './relays.ts';

/** What may be wanted of a forwarded port. */
export interface ForwardPortOptions {
  /** The port on this machine; the same number where that is free, or any other, when missing. */
  readonly localPort?: number | undefined;
  /** What people are shown with it. */
  readonly label?: string | undefined;
}

/** A port of a workspace at an address of this machine, until it is disposed of or the workspace ends. */
export interface ForwardedPort extends Disposable {
  readonly localAddress: string;
  readonly localPort: number;
}

/** What is known of a forwarded port, for views. */
export interface PortForwardInfo {
  readonly id: string;
  readonly workspaceId: string;
  readonly port: number;
  /** Such as `127.0.0.1:3000`. */
  readonly address: string;
  readonly localPort: number;
  readonly label: string | undefined;
}

const portNumber = z.int().check(z.gte(1), z.lte(65_535));

interface Parts {
  readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'onDidChange'>;
  readonly processes: Pick<OwnProcesses, 'start' | 'killSession'>;
  readonly relayOf: (workspaceId: string) => Promise<Relay>;
  readonly findPort: (workspaceId: string, port: number) => Promise<ListeningPort | 'nobody' | undefined>;
  readonly wake: (workspaceId: string) => Promise<void>;
  /** Somebody used a workspace just now. */
  readonly used: (workspaceId: string) => void;
  readonly log: Log;
}

/** The forwarded ports of all workspaces. Each ends with the run of its container; a pause it outlives. */
export class PortForwards implements Disposable {
  private readonly parts: Parts;
  private readonly subscriptions = new DisposableStore();
  private readonly open = new Map<PortForward, { holders: number }>();
  private readonly turns = new KeyedQueue();
  private readonly changes = this.subscriptions.add(new Emitter<string>());
  private readonly sessionChanges = this.subscriptions.add(new Emitter<SessionChange>());

  /** The forwarded ports of the workspace with this id have changed. */
  readonly onDidChange: Event<string> = this.changes.event;
  readonly onDidChangeSession: Event<SessionChange> = this.sessionChanges.event;

  constructor(parts: Parts) {
    this.parts = parts;
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        for (const forward of this.of(id)) if (!goesOn(forward, current)) void this.end(forward, false);
      }),
    );
  }

  /**
   * Forwards a port; one that is forwarded already is shared. Rejects with `invalidRequest`, `portInUse`, `notRunning`,
   * `workspaceNotFound` or `workspaceArchived`.
   */
  async forward(workspaceId: string, port: number, options: ForwardPortOptions = {}): Promise<ForwardedPort> {
    requirePort(port);
    const { localPort: wanted, label } = options;
    if (wanted !== undefined) requirePort(wanted);
    await this.parts.wake(workspaceId);
    const containerId = requireRunning(this.parts.store, workspaceId);
    // Who wants the same at the same time waits, and shares it.
    const forward = await this.turns.run(`${workspaceId} ${port}`, undefined, async () => {
      const same = this.of(workspaceId).find(
        (each) => each.port === port && (wanted === undefined || each.localPort === wanted),
      );
      return same ?? (await this.make(workspaceId, port, containerId, wanted));
    });
    if (label !== undefined) this.setLabel(forward.id, label);
    const held = this.open.get(forward);
    if (held) held.holders++;
    const release = toDisposable(() => {
      if (held && --held.holders === 0) void this.end(forward, true);
    });
    return {
      localAddress,
      localPort: forward.localPort,
      dispose: () => {
        release.dispose();
      },
    };
  }

  list(workspaceId: string): readonly PortForwardInfo[] {
    return this.of(workspaceId).map(({ id, port, address, localPort, label }) => ({
      ...{ id, workspaceId, port, address, localPort, label },
    }));
  }

  /** Each is one session, whatever its connections. It is no process, so it is no active task. */
  sessions(workspaceId: string): readonly SessionInfo[] {
    return this.of(workspaceId).map(sessionOf);
  }

  /** Whether a connection is open or just being made. */
  isUsed(workspaceId: string): boolean {
    return this.of(workspaceId).some(({ connections }) => connections > 0);
  }

  /** Ends a forwarded port, whoever else wanted it. */
  async stop(forwardId: string): Promise<void> {
    for (const forward of this.open.keys()) if (forward.id === forwardId) await this.end(forward, true);
  }

  /** Names a forwarded port; an empty name takes it away. */
  setLabel(forwardId: string, label: string): void {
    for (const forward of this.open.keys()) {
      if (forward.id !== forwardId) continue;
      forward.label = label === '' ? undefined : label;
      this.changes.fire(forward.workspaceId);
    }
  }

  /** Ends all of them, with what runs for them inside, and waits for that no longer than this. */
  async endAll(withinMs: number): Promise<void> {
    const ending = Promise.all([...this.open.keys()].map((forward) => this.end(forward, true)));
    await pTimeout(ending, { milliseconds: withinMs, fallback: () => undefined });
  }

  dispose(): void {
    for (const forward of this.open.keys()) void forward.end(false);
    this.open.clear();
    this.subscriptions.dispose();
  }

  private async make(
    workspaceId: string,
    port: number,
    containerId: string,
    wanted: number | undefined,
  ): Promise<PortForward> {
    // Nobody who forwards no port loads what does it.
    const { PortForward } = await import('./portForward.ts');
    const forward = new PortForward({ ...this.parts, workspaceId, port, containerId });
    await forward.open(wanted);
    try {
      // It may have ended while its relay was looked for.
      if (requireRunning(this.parts.store, workspaceId) !== containerId) throw gone(port);
    } catch (error) {
      await forward.end(false);
      throw error;
    }
    this.open.set(forward, { holders: 0 });
    forward.onDidUse(() => {
      this.parts.used(workspaceId);
    });
    this.changes.fire(workspaceId);
    this.sessionChanges.fire({ session: sessionOf(forward) });
    return forward;
  }

  private of(workspaceId: string): readonly PortForward[] {
    return [...this.open.keys()].filter((forward) => forward.workspaceId === workspaceId);
  }

  private async end(forward: PortForward, mayStillRun: boolean): Promise<void> {
    if (!this.open.has(forward)) return;
    const session = sessionOf(forward);
    this.open.delete(forward);
    const durationMs = Math.round(performance.now() - forward.beganMs);
    this.changes.fire(forward.workspaceId);
    this.sessionChanges.fire({ session, end: { exitCode: 0, durationMs } });
    await forward.end(mayStillRun);
  }
}

/** Not over a stop, a new container or a freeze by Panic. While the engine is away nobody knows, so it stays. */
function goesOn(forward: PortForward, workspace: Workspace | undefined): boolean {
  if (!workspace || workspace.frozen) return false;
  const { container } = workspace;
  const isAlive = ['running', 'paused', 'unknown'].includes(container.kind);
  return isAlive && (containerIdOf(container) ?? forward.containerId) === forward.containerId;
}

function sessionOf({ id, workspaceId, port, address, startedAt }: PortForward): SessionInfo {
  return {
    id,
    workspaceId,
    kind: 'port',
    command: ['port', String(port), address],
    startedAt,
    state: { kind: 'running' },
  };
}

function requirePort(port: unknown): void {
  if (!z.safeParse(portNumber, port).success)
    throw new CordonError('invalidRequest', l10n.t('A port is a whole number from 1 to 65535.'));
}

function gone(port: number): CordonError {
  return new CordonError(
    'notRunning',
    l10n.t('The workspace was stopped before its port {0} could be forwarded.', port),
  );
}
