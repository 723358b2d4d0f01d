import { PassThrough, Readable } from 'node:stream';
import type { CommandFacts } from '../../src/isolation/hygieneAudit.ts';
import type {
  ContainerSpec,
  FolderView,
  NetworkSpec,
  ViewVolumeSpec,
} from '../../src/isolation/containerSpec.ts';
import { viewOptions } from '../../src/isolation/folderView.ts';
import type { VolumeFacts } from '../../src/isolation/viewAudit.ts';
import type { ContainerFacts } from '../../src/isolation/isolationReport.ts';
import type { NetworkFacts } from '../../src/isolation/networkAudit.ts';
import { labels, proxyRole } from '../../src/isolation/labels.ts';
import { CordonError } from '../../src/shared/errors.ts';
import { Emitter } from '../../src/shared/event.ts';
import type {
  ContainerEngine,
  EngineInfo,
  EngineSource,
  EngineState,
} from '../../src/workspaces/containerEngine.ts';
import type { ManagedContainer, ManagedProxy } from '../../src/workspaces/engineContainers.ts';
import type { OpenCopy } from '../../src/workspaces/engineCopies.ts';
import type { ManagedVolume } from '../../src/workspaces/engineVolumes.ts';
import type { LocalImage } from '../../src/workspaces/engineImages.ts';
import type { OwnImage } from '../../src/workspaces/engineLeftovers.ts';
import type { ContainerStats, ProcessFacts } from '../../src/workspaces/engineMeasures.ts';
import type {
  ContainerProcess,
  MainProcessStreams,
  ProcessRequest,
} from '../../src/workspaces/engineProcesses.ts';
import type { ActivityEvent, ContainerEvent } from '../../src/workspaces/engineEvents.ts';
import type { ContainerState } from '../../src/workspaces/workspace.ts';
import { compliantFacts } from './compliantFacts.ts';
import { probeText } from './probeText.ts';

interface FakeContainer {
  readonly id: string;
  name: string;
  readonly spec: ContainerSpec;
  state: 'created' | 'running' | 'paused' | 'exited';
  exitCode: number;
  /** How often it was started. */
  starts: number;
  limits: Pick<ContainerSpec['limits'], 'cpus' | 'memoryMiB' | 'pids'>;
}

export const fakeInfo: EngineInfo = {
  product: 'Fake Engine',
  version: '1.0',
  apiVersion: '1.41',
  endpoint: 'unix:///fake.sock',
  chosenBecause: 'a test says so',
  rootless: false,
  cpus: 8,
  memoryMiB: 16_384,
  runtimes: ['runc'],
  support: {
    cgroupVersion: '2',
    memory: true,
    swap: true,
    pids: true,
    cpu: true,
    diskSpeed: true,
    seccomp: true,
    ownSeccomp: true,
    apparmor: true,
    selinux: false,
  },
  dataFolder: '/var/lib/fake',
};

interface FakeVolume {
  readonly workspaceId: string;
  /** As old as everything else where it does not say. */
  readonly createdAtSeconds?: number;
  readonly sizeBytes?: number;
  readonly view?: FolderView;
}

/** An engine in memory for unit tests of the core: real enough to show what is left behind, and to fail at any step. */
export class FakeEngine implements ContainerEngine, EngineSource {
  readonly info = fakeInfo;
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, NetworkSpec>();
  /** Seconds since 1970, for everything that is listed. */
  createdAtSeconds = 0;
  readonly images = new Map<string, readonly string[]>([
    ['tiny:local', []],
    ['proxy:local', []],
  ]);
  readonly calls: string[] = [];
  /** Called before every step with its name; throwing fails the step, waiting delays it. */
  before: (step: string) => unknown = () => undefined;
  /** Changes what an inspect proves, to break a promise. */
  factsOf = (container: FakeContainer, base: ContainerFacts): ContainerFacts => ({
    ...base,
    id: container.id,
  });
  files = new Set(['/bin/sleep', '/bin/sh']);
  /** What the probe of the isolation prints. */
  probe = probeText;
  process: (request: ProcessRequest) => ContainerProcess = () => finishedProcess(0);
  readonly volumes = new Map<string, FakeVolume>();
  mountsViews = true;
  /** The workspaces for which it keeps a copy, and what opens one; none can be opened where that is missing. */
  readonly copies = new Set<string>();
  openCopy: ((workspaceId: string) => OpenCopy) | undefined;
  proxyLog = '';
  /** The logs of proxies that are followed, by their containers. */
  readonly followedProxyLogs = new Map<string, PassThrough>();
  readonly ownImages = new Map<string, OwnImage>();
  /** Ids of the networks that each container is on. */
  readonly attached = new Map<string, Set<string>>();
  readonly execs = new Map<string, CommandFacts & { readonly running: boolean }>();
  announceExec: (execId: string) => Promise<void> = () => Promise.resolve();
  stats: ContainerStats | undefined;
  processes: readonly ProcessFacts[] = [];

  private readonly states = new Emitter<EngineState>();
  private readonly events = new Emitter<ContainerEvent>();
  private readonly activities = new Emitter<ActivityEvent>();
  private currentState: EngineState = { kind: 'idle' };
  private counter = 0;
  reachable = true;
  eventStreams = 2;

  readonly onDidChangeState = this.states.event;
  readonly onDidReceiveEvent = this.events.event;
  readonly onDidReceiveActivity = this.activities.event;

  get state(): EngineState {
    return this.currentState;
  }

  async get(signal?: AbortSignal): Promise<ContainerEngine> {
    await this.step('get');
    signal?.throwIfAborted();
    if (!this.reachable) throw unavailable();
    if (this.currentState.kind !== 'connected') this.setState({ kind: 'connected', info: this.info });
    return this;
  }

  setState(state: EngineState): void {
    this.currentState = state;
    this.states.fire(state);
  }

  lose(): void {
    this.reachable = false;
    this.setState({ kind: 'unavailable', attempts: [], error: unavailable() });
  }

  comeBack(): void {
    this.reachable = true;
    this.setState({ kind: 'connected', info: this.info });
  }

  emit(event: Omit<ContainerEvent, 'timeMs'> & Partial<Pick<ContainerEvent, 'timeMs'>>): void {
    // After every start that it tells of.
    const told = { timeMs: 1_790_000_000_000, ...event };
    const role = this.containers.get(event.containerId)?.spec.labels[labels.role];
    if (role === undefined) this.events.fire(told);
    else this.activities.fire({ kind: 'proxy', ...told });
  }

  /** Somebody starts a process in a container past Cordon. */
  foreignExec(containerId: string, command: string, facts: Partial<CommandFacts> = {}): string {
    const execId = `exec${++this.counter}`;
    this.execs.set(execId, { user: '', privileged: false, running: true, ...facts });
    this.tellExec(containerId, execId, command);
    return execId;
  }

  /** Somebody connects a container to a network past Cordon. */
  foreignConnect(containerId: string, networkId: string): void {
    this.attachedTo(containerId).add(networkId);
    this.tellConnect(containerId, networkId);
  }

  tellActivity(activity: ActivityEvent): void {
    this.activities.fire(activity);
  }

  retry(): void {
    this.comeBack();
  }

  dispose(): void {
    this.states.dispose();
    this.events.dispose();
    this.activities.dispose();
  }

  async inspectImage(reference: string) {
    await this.step('inspectImage');
    const name = reference.replace(/^id of /, '');
    const volumes = this.images.get(name);
    return volumes && { id: `id of ${name}`, reference, volumes, user: '', operatingSystem: 'linux' };
  }

  async listImages(): Promise<readonly LocalImage[]> {
    await this.step('listImages');
    return [];
  }

  async pullImage(reference: string): Promise<never> {
    await this.step('pullImage');
    throw new CordonError('imageNotFound', `The image ${reference} is nowhere.`);
  }

  async createNetwork(spec: NetworkSpec): Promise<string> {
    await this.step('createNetwork');
    const id = `network${++this.counter}`;
    this.networks.set(id, spec);
    await this.step('createdNetwork');
    return id;
  }

  async listNetworks(of?: string) {
    await this.step('listNetworks');
    const { createdAtSeconds } = this;
    return [...this.networks].flatMap(([id, { workspaceId, name, labels: own, isolated }]) => {
      if (of !== undefined && workspaceId !== of) return [];
      const common = { workspaceId, isOutward: own[labels.role] === proxyRole, createdAtSeconds };
      const end = { ...common, id: `${id} end`, name: `${name}-end` };
      return [{ ...common, id, name }, ...(isolated ? [end] : [])];
    });
  }

  async findNetworks(workspaceId: string): Promise<readonly NetworkFacts[]> {
    await this.step('findNetworks');
    const specs = [...this.networks.values()].filter((network) => network.workspaceId === workspaceId);
    return specs.flatMap(({ name, isolated: internal }) => {
      const common = { internal, ipv6: false, gateways: ['192.0.2.254'] };
      return [
        { ...common, name, driver: internal ? 'macvlan' : 'bridge' },
        ...(internal ? [{ ...common, name: `${name}-end`, driver: 'bridge' }] : []),
      ];
    });
  }

  async removeNetwork(id: string): Promise<void> {
    await this.step('removeNetwork');
    this.networks.delete(id);
  }

  async connectNetwork(networkId: string, containerId: string): Promise<void> {
    await this.step('connectNetwork');
    this.attachedTo(containerId).add(networkId);
    this.tellConnect(containerId, networkId);
  }

  async joinIsolated(networkId: string, containerId: string): Promise<void> {
    await this.step('joinIsolated');
    this.attachedTo(containerId).add(networkId).add(`${networkId} end`);
    this.tellConnect(containerId, networkId);
  }

  async disconnectNetwork(containerId: string, networkId?: string): Promise<void> {
    await this.step('disconnectNetwork');
    if (networkId === undefined) this.attachedTo(containerId).clear();
    else this.attachedTo(containerId).delete(networkId);
  }

  async createContainer(spec: ContainerSpec, networkId?: string): Promise<string> {
    await this.step('createContainer');
    const id = `container${++this.counter}`;
    this.containers.set(id, {
      id,
      name: spec.name,
      spec,
      state: 'created',
      exitCode: 0,
      starts: 0,
      limits: spec.limits,
    });
    this.emit({ workspaceId: spec.workspaceId, containerId: id, action: 'create' });
    if (networkId !== undefined) {
      this.attachedTo(id).add(networkId);
      this.tellConnect(id, networkId);
    }
    await this.step('createdContainer');
    return id;
  }

  async startContainer(id: string): Promise<void> {
    await this.step('startContainer');
    this.change(id, 'running', 'start');
    this.containers.get(id)!.starts++;
    await this.step('startedContainer');
  }

  async stopContainer(id: string): Promise<void> {
    await this.step('stopContainer');
    if (this.containers.get(id)?.state === 'created') return;
    this.change(id, 'exited', 'die', 143);
  }

  async killContainer(id: string): Promise<void> {
    await this.step('killContainer');
    this.change(id, 'exited', 'die', 137);
  }

  async restartContainer(id: string): Promise<void> {
    await this.step('restartContainer');
    this.change(id, 'running', 'start');
  }

  async pauseContainer(id: string): Promise<boolean> {
    await this.step('pauseContainer');
    const wasPaused = this.containers.get(id)?.state === 'paused';
    this.change(id, 'paused', 'pause');
    return !wasPaused;
  }

  async resumeContainer(id: string): Promise<void> {
    await this.step('resumeContainer');
    this.change(id, 'running', 'unpause');
  }

  async renameContainer(id: string, name: string): Promise<void> {
    await this.step('renameContainer');
    this.containers.get(id)!.name = name;
  }

  async updateContainer(id: string, limits: FakeContainer['limits']): Promise<void> {
    await this.step('updateContainer');
    const { cpus, memoryMiB, pids } = limits;
    this.containers.get(id)!.limits = { cpus, memoryMiB, pids };
  }

  async removeContainer(id: string): Promise<void> {
    await this.step('removeContainer');
    this.discard(id);
  }

  async inspectContainer(id: string): Promise<ContainerFacts | undefined> {
    await this.step('inspectContainer');
    const container = this.containers.get(id);
    if (!container) return undefined;
    return this.factsOf(container, {
      ...compliantFacts(container.spec, id),
      ...(container.spec.labels[labels.role] === proxyRole && {
        networks: [...this.attachedTo(id)].map((network) => this.nameOf(network)),
      }),
      running: container.state === 'running' || container.state === 'paused',
      paused: container.state === 'paused',
      exitCode: container.exitCode,
      ...(container.state === 'created' && { startedAt: undefined }),
      ...(container.starts > 1 && { startedAt: new Date(2026, 0, container.starts).toISOString() }),
    });
  }

  async listContainers(): Promise<readonly ManagedContainer[]> {
    await this.step('listContainers');
    return this.withRole(undefined).map((container) => ({
      id: container.id,
      workspaceId: container.spec.workspaceId,
      name: container.name,
      state: stateOf(container),
      record: container.spec.labels[labels.record],
      addresses: [],
      createdAtSeconds: this.createdAtSeconds,
    }));
  }

  async listProxies(): Promise<readonly ManagedProxy[]> {
    await this.step('listProxies');
    return this.withRole(proxyRole).map((container) => ({
      id: container.id,
      workspaceId: container.spec.workspaceId,
      name: container.name,
      state: stateOf(container),
      fingerprint: container.spec.labels[labels.spec] ?? '',
      networks: Object.fromEntries(
        [...this.attachedTo(container.id)].map((id) => [
          this.nameOf(id),
          container.state === 'running' ? '192.0.2.7' : '',
        ]),
      ),
      createdAtSeconds: this.createdAtSeconds,
    }));
  }

  async hasFile(_id: string, path: string): Promise<boolean> {
    await this.step('hasFile');
    return this.files.has(path);
  }

  async hasPath(_id: string, path: string): Promise<boolean> {
    await this.step('hasPath');
    return this.files.has(path);
  }

  async lastLogs(): Promise<Readable> {
    await this.step('lastLogs');
    return Readable.from([this.proxyLog]);
  }

  async followLogs(id: string, signal: AbortSignal, lastLines?: number): Promise<Readable> {
    await this.step('followLogs');
    if (this.containers.get(id)?.spec.labels[labels.role] !== proxyRole) return Readable.from(['log']);
    const log = new PassThrough();
    if (lastLines !== 0) log.write(this.proxyLog);
    this.followedProxyLogs.set(id, log);
    signal.addEventListener('abort', () => log.end());
    return log;
  }

  async startProcess(request: ProcessRequest): Promise<ContainerProcess> {
    await this.step('startProcess');
    const execId = `exec${++this.counter}`;
    await this.announceExec(execId);
    this.tellExec(request.containerId, execId, request.command.join(' '));
    const spec = this.containers.get(request.containerId)?.spec;
    if (spec && request.command[3] === 'cordon-probe')
      return finishedProcess(0, this.probed(spec, request.command));
    return this.process(request);
  }

  async attachMainProcess(containerId: string): Promise<MainProcessStreams> {
    await this.step('attachMainProcess');
    const stdout = new PassThrough();
    const stdin = new PassThrough().on('data', (told: Buffer) => {
      const words = [...told.toString().matchAll(/'((?:[^']|'\\'')*)'/g)].map(([, word = '']) => word);
      const spec = this.containers.get(containerId)?.spec;
      if (spec) stdout.end(this.probed(spec, words));
    });
    return { stdin, stdout, close: () => undefined };
  }

  private probed(spec: ContainerSpec, command: readonly string[]): string {
    const [proxy, allowed] = command.slice(6);
    return this.probe(spec, command.slice(10), proxy, allowed);
  }

  async inspectCommand(execId: string) {
    await this.step('inspectCommand');
    return this.execs.get(execId);
  }

  async sampleStats(): Promise<ContainerStats | undefined> {
    await this.step('sampleStats');
    return this.stats;
  }

  async listProcesses(): Promise<readonly ProcessFacts[]> {
    await this.step('listProcesses');
    return this.processes;
  }

  async writtenBytes(): Promise<number> {
    await this.step('writtenBytes');
    return 0;
  }

  async listVolumes(): Promise<readonly ManagedVolume[]> {
    await this.step('listVolumes');
    const { createdAtSeconds } = this;
    return [...this.volumes].map(([name, volume]) => ({ createdAtSeconds, ...volume, name }));
  }

  async createViewVolume({ view, labels: own }: ViewVolumeSpec): Promise<void> {
    await this.step('createViewVolume');
    this.volumes.set(view.volume, { workspaceId: own[labels.workspaceId]!, view });
    await this.step('createdViewVolume');
  }

  async inspectVolume(name: string): Promise<VolumeFacts | undefined> {
    await this.step('inspectVolume');
    const volume = this.volumes.get(name);
    if (!volume) return undefined;
    const options = volume.view ? viewOptions(volume.view) : {};
    return { name, driver: 'local', options, workspaceId: volume.workspaceId };
  }

  async canMountView(): Promise<boolean> {
    await this.step('canMountView');
    return this.mountsViews;
  }

  async untilViewRests(): Promise<void> {
    await this.step('untilViewRests');
  }

  async withView<T>(): Promise<T> {
    await this.step('withView');
    throw new CordonError('engineUnsupported', 'No view can be opened here.');
  }

  async withLayer<T>(): Promise<T> {
    await this.step('withLayer');
    throw new CordonError('engineUnsupported', 'No layer can be opened here.');
  }

  async replaceByFiles(): Promise<void> {
    await this.step('replaceByFiles');
  }

  async prepareCopy(workspaceId: string): Promise<string> {
    await this.step('prepareCopy');
    this.copies.add(workspaceId);
    return `${this.info.dataFolder}/volumes/cordon-copy-${workspaceId}/_data`;
  }

  async withCopy<T>(workspaceId: string, _image: string, work: (copy: OpenCopy) => Promise<T>): Promise<T> {
    await this.step('withCopy');
    if (!this.openCopy) throw new CordonError('engineUnsupported', 'No copy can be opened here.');
    return await work(this.openCopy(workspaceId));
  }

  async closeCopy(): Promise<boolean> {
    await this.step('closeCopy');
    return false;
  }

  async listCopies(): Promise<readonly string[]> {
    await this.step('listCopies');
    return [...this.copies];
  }

  async removeCopy(workspaceId: string): Promise<void> {
    await this.step('removeCopy');
    this.copies.delete(workspaceId);
  }

  async volumeSizes(): Promise<ReadonlyMap<string, number>> {
    await this.step('volumeSizes');
    return new Map([...this.volumes].map(([name, { sizeBytes = 0 }]) => [name, sizeBytes]));
  }

  async removeVolume(name: string): Promise<void> {
    await this.step('removeVolume');
    this.volumes.delete(name);
  }

  async listOwnImages(): Promise<readonly OwnImage[]> {
    await this.step('listOwnImages');
    return [...this.ownImages.values()];
  }

  async removeImage(id: string): Promise<void> {
    await this.step('removeImage');
    this.ownImages.delete(id);
  }

  async removeEverythingOf(workspaceId: string): Promise<void> {
    await this.step('removeEverythingOf');
    for (const { id, spec } of [...this.containers.values()])
      if (spec.workspaceId === workspaceId) this.discard(id);
    for (const [id, spec] of [...this.networks])
      if (spec.workspaceId === workspaceId) this.networks.delete(id);
    for (const [name, volume] of [...this.volumes])
      if (volume.workspaceId === workspaceId) this.volumes.delete(name);
  }

  /** An isolated network has a bridge below it. */
  private nameOf(networkId: string): string {
    const [id = '', end] = networkId.split(' ');
    const name = this.networks.get(id)?.name ?? id;
    return end === undefined ? name : `${name}-end`;
  }

  private withRole(role: string | undefined): FakeContainer[] {
    return [...this.containers.values()].filter(({ spec }) => spec.labels[labels.role] === role);
  }

  private attachedTo(containerId: string): Set<string> {
    const networks = this.attached.get(containerId) ?? new Set();
    this.attached.set(containerId, networks);
    return networks;
  }

  private tellExec(containerId: string, execId: string, command: string): void {
    const { workspaceId } = this.containers.get(containerId)!.spec;
    this.activities.fire({
      kind: 'exec',
      workspaceId,
      containerId,
      execId,
      command,
      timeMs: 1_700_000_000_000,
    });
  }

  private tellConnect(containerId: string, networkId: string): void {
    const networkName = this.networks.get(networkId)?.name ?? networkId;
    this.activities.fire({
      kind: 'networkConnect',
      containerId,
      networkId,
      networkName,
      timeMs: 1_700_000_000_000,
    });
  }

  private discard(id: string): void {
    const container = this.containers.get(id);
    if (container) this.emit({ workspaceId: container.spec.workspaceId, containerId: id, action: 'destroy' });
    this.containers.delete(id);
    this.followedProxyLogs.get(id)?.end();
  }

  private change(
    id: string,
    state: FakeContainer['state'],
    action: ContainerEvent['action'],
    exitCode = 0,
  ): void {
    const container = this.containers.get(id);
    if (!container) throw new CordonError('engineFailed', 'no such container');
    container.state = state;
    container.exitCode = exitCode;
    if (state === 'exited') this.followedProxyLogs.get(id)?.end();
    this.emit({
      workspaceId: container.spec.workspaceId,
      containerId: id,
      action,
      ...(action === 'die' && { exitCode }),
    });
  }

  private async step(name: string): Promise<void> {
    this.calls.push(name);
    if (!this.reachable && name !== 'get') throw unavailable();
    await this.before(name);
  }
}

/** A process that has printed its output and ended. */
export function finishedProcess(exitCode: number, stdout = '', stderr = ''): ContainerProcess {
  return {
    stdin: new PassThrough().resume(),
    stdout: Readable.from([Buffer.from(stdout)]),
    stderr: Readable.from([Buffer.from(stderr)]),
    exitCode: Promise.resolve(exitCode),
    resize: () => Promise.resolve(),
    close: () => undefined,
  };
}

function unavailable(): CordonError {
  return new CordonError('engineUnavailable', 'No container engine answers.');
}

function stateOf({ id, state, exitCode }: FakeContainer): ContainerState {
  switch (state) {
    case 'created':
      return { kind: 'creating', id };
    case 'running':
    case 'paused':
      return { kind: state, id };
    case 'exited':
      return { kind: 'stopped', id, exitCode };
  }
}
