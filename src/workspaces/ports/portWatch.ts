import { describeError } from '../../shared/describeError.ts';
import { toDisposable, type Disposable } from '../../shared/disposable.ts';
import { Emitter, type Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { parseListeningPorts, type ListeningPort } from './listeningPorts.ts';
import type { OwnProcesses } from '../ownProcesses.ts';

/** A look takes an engine some 60 ms of a core. */
const everyMs = 5000;
/** Where looking fails, most likely it always will. */
const afterFailureMs = 60_000;

interface Looked {
  lookers: number;
  timer: NodeJS.Timeout | undefined;
  ports: readonly ListeningPort[];
}

/** Notices on which ports something listens in workspaces, while somebody looks. Without a looker it does nothing. */
export class PortWatch implements Disposable {
  private readonly store: Pick<WorkspaceStore, 'get' | 'onDidChange'>;
  private readonly processes: Pick<OwnProcesses, 'read'>;
  private readonly log: Log;
  private readonly looked = new Map<string, Looked>();
  private readonly changes = new Emitter<string>();
  private readonly subscription: Disposable;

  /** Other ports are listened on in the workspace with this id than before. */
  readonly onDidChange: Event<string> = this.changes.event;

  constructor(parts: {
    store: Pick<WorkspaceStore, 'get' | 'onDidChange'>;
    processes: Pick<OwnProcesses, 'read'>;
    log: Log;
  }) {
    this.store = parts.store;
    this.processes = parts.processes;
    this.log = parts.log;
    this.subscription = parts.store.onDidChange(({ id, previous, current }) => {
      const looked = this.looked.get(id);
      if (!looked || previous?.container.kind === current?.container.kind) return;
      if (current?.container.kind === 'running') this.lookSoon(id, looked, 0);
      else this.put(id, looked, []);
    });
  }

  /** Somebody looks at a workspace, until it is disposed of. */
  look(workspaceId: string): Disposable {
    const looked = this.looked.get(workspaceId) ?? { lookers: 0, timer: undefined, ports: [] };
    this.looked.set(workspaceId, looked);
    if (looked.lookers++ === 0) this.lookSoon(workspaceId, looked, 0);
    return toDisposable(() => {
      if (--looked.lookers > 0) return;
      clearTimeout(looked.timer);
      if (this.looked.get(workspaceId) === looked) this.looked.delete(workspaceId);
    });
  }

  /** What was listened on when somebody looked last. */
  latest(workspaceId: string): readonly ListeningPort[] {
    return this.looked.get(workspaceId)?.ports ?? [];
  }

  /** Looks once for one port; `undefined` where the image has nothing to look with. */
  async find(workspaceId: string, port: number): Promise<ListeningPort | 'nobody' | undefined> {
    const text = await this.read(workspaceId).catch((error: unknown) => {
      this.log.debug(`The ports of a workspace could not be read: ${describeError(error)}`);
      return '';
    });
    if (!text.includes('local_address')) return undefined;
    return parseListeningPorts(text).find((each) => each.port === port) ?? 'nobody';
  }

  dispose(): void {
    this.subscription.dispose();
    for (const { timer } of this.looked.values()) clearTimeout(timer);
    this.looked.clear();
    this.changes.dispose();
  }

  private lookSoon(id: string, looked: Looked, ms: number): void {
    clearTimeout(looked.timer);
    looked.timer = setTimeout(() => {
      void this.lookNow(id, looked);
    }, ms).unref();
  }

  private async lookNow(id: string, looked: Looked): Promise<void> {
    const isRunning = () => this.store.get(id)?.container.kind === 'running';
    if (!isRunning()) return;
    let nextMs = everyMs;
    try {
      const ports = parseListeningPorts(await this.read(id));
      if (isRunning()) this.put(id, looked, ports);
    } catch (error) {
      nextMs = afterFailureMs;
      this.log.debug(`The ports of a workspace could not be read: ${describeError(error)}`);
    }
    if (looked.lookers > 0 && this.looked.get(id) === looked) this.lookSoon(id, looked, nextMs);
  }

  private put(id: string, looked: Looked, ports: readonly ListeningPort[]): void {
    const isSame = JSON.stringify(looked.ports) === JSON.stringify(ports);
    looked.ports = ports;
    if (!isSame && this.looked.get(id) === looked) this.changes.fire(id);
  }

  private read(id: string): Promise<string> {
    return this.processes.read(id, ['cat', '/proc/net/tcp', '/proc/net/tcp6']);
  }
}
