import type { AddressInfo, Server, Socket } from 'node:net';
import PQueue from 'p-queue';
import { describeError } from '../../shared/describeError.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import { breakOff } from './breakOff.ts';
import { carryConnection } from './carryConnection.ts';
import type { ListeningPort } from './listeningPorts.ts';
import { localAddress } from './localAddress.ts';
import { listenLocally } from './portListener.ts';
import type { OwnProcesses } from '../ownProcesses.ts';
import type { Relay } from './relays.ts';

/** Processes that start at once for one forwarded port: each takes an engine some 60 ms of a core. */
const startsAtOnce = 8;

interface Parts {
  readonly workspaceId: string;
  readonly port: number;
  readonly containerId: string;
  readonly processes: Pick<OwnProcesses, 'start' | 'killSession'>;
  readonly relayOf: (workspaceId: string) => Promise<Relay>;
  /** What listens in the workspace now; `undefined` where that cannot be told. */
  readonly findPort: (workspaceId: string, port: number) => Promise<ListeningPort | 'nobody' | undefined>;
  /** Lets a workspace run on that sleeps because nobody used it. */
  readonly wake: (workspaceId: string) => Promise<void>;
  readonly log: Log;
}

/** A port of a container at an address of this machine. Every connection is carried by a process of its own inside. */
export class PortForward {
  /** All of its processes inside carry it as the id of their session. */
  readonly id = crypto.randomUUID();
  readonly startedAt = new Date().toISOString();
  readonly beganMs = performance.now();
  readonly workspaceId: string;
  readonly port: number;
  readonly containerId: string;
  label: string | undefined;
  private readonly parts: Parts;
  private readonly starts = new PQueue({ concurrency: startsAtOnce });
  private readonly sockets = new Set<Socket>();
  private readonly uses = new Emitter<undefined>();
  private server: Server | undefined;
  private hosts: readonly string[] = [];
  private refusals = 0;
  private hasEnded = false;

  /** A connection begins or ends. */
  readonly onDidUse: Event<undefined> = this.uses.event;

  constructor(parts: Parts) {
    this.parts = parts;
    this.workspaceId = parts.workspaceId;
    this.port = parts.port;
    this.containerId = parts.containerId;
  }

  get localPort(): number {
    return (this.server?.address() as AddressInfo | null | undefined)?.port ?? 0;
  }

  /** As people write it. */
  get address(): string {
    return `${localAddress}:${this.localPort}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.sockets.size;
  }

  /** Rejects with `portInUse` or `invalidRequest`, or as `relayOf` does. */
  async open(wanted: number | undefined): Promise<void> {
    await this.parts.relayOf(this.workspaceId);
    this.server = await listenLocally({ usual: this.port, wanted }, (socket) => {
      void this.connect(socket);
    });
  }

  /** Ends every connection, and what carries them inside where that may still run. */
  async end(mayStillRun: boolean): Promise<void> {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.server?.close();
    this.starts.clear();
    const hadConnections = this.sockets.size > 0;
    for (const socket of this.sockets) breakOff(socket);
    this.uses.dispose();
    if (hadConnections && mayStillRun)
      await this.parts.processes.killSession(this.containerId, this.id).catch((error: unknown) => {
        this.parts.log.debug(`Connections of a forwarded port may be left: ${describeError(error)}`);
      });
  }

  private async connect(socket: Socket): Promise<void> {
    socket.on('error', () => undefined);
    this.sockets.add(socket);
    this.uses.fire(undefined);
    try {
      const relayed = await this.starts.add(() => this.startRelay(socket));
      const end = relayed && (await carryConnection(socket, relayed));
      if (end === 'refused') this.forgetHosts();
    } catch (error) {
      this.parts.log.debug(`A connection to port ${this.port} could not be made: ${describeError(error)}`);
    } finally {
      // What was never carried is closed in an orderly way, too.
      if (!socket.destroyed) socket.resume().end();
      this.sockets.delete(socket);
      this.uses.fire(undefined);
    }
  }

  /** Nothing where the client has gone meanwhile, or nobody listens inside. */
  private async startRelay(socket: Socket) {
    if (socket.destroyed || this.hasEnded) return undefined;
    const { findPort, processes, relayOf, wake } = this.parts;
    await wake(this.workspaceId);
    if (this.hosts.length === 0) {
      const found = await findPort(this.workspaceId, this.port);
      if (found === 'nobody') return undefined;
      // Where it cannot be told, most servers listen here.
      this.hosts = found?.hosts ?? ['127.0.0.1'];
    }
    const host = this.hosts[this.refusals % this.hosts.length] ?? '127.0.0.1';
    const relay = await relayOf(this.workspaceId);
    return await processes.start(this.workspaceId, relay.command(host, this.port), {
      sessionId: this.id,
      stdin: true,
    });
  }

  /** The server has ended, or listens elsewhere now. */
  private forgetHosts(): void {
    this.hosts = [];
    this.refusals++;
  }
}
