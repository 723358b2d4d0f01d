import type { Readable } from 'node:stream';
import type { ContainerSpec, NetworkSpec, ViewVolumeSpec } from '../isolation/containerSpec.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import type { NetworkFacts } from '../isolation/networkAudit.ts';
import type { Limits } from '../isolation/profile.ts';
import type { VolumeFacts } from '../isolation/viewAudit.ts';
import type { ContainerEngine, EngineInfo } from '../workspaces/containerEngine.ts';
import type { ManagedContainer, ManagedProxy } from '../workspaces/engineContainers.ts';
import type { OpenCopy } from '../workspaces/engineCopies.ts';
import type { ManagedNetwork } from '../workspaces/engineNetworks.ts';
import type { OpenedView, OpenLayer } from '../workspaces/engineViews.ts';
import type { ManagedVolume } from '../workspaces/engineVolumes.ts';
import type { ImageFacts, LocalImage, PullOptions } from '../workspaces/engineImages.ts';
import type { OwnImage } from '../workspaces/engineLeftovers.ts';
import type { ContainerStats, ProcessFacts } from '../workspaces/engineMeasures.ts';
import type { ContainerProcess, MainProcessStreams, ProcessRequest } from '../workspaces/engineProcesses.ts';
import { Belongings } from './belongings.ts';
import { Containers } from './containers.ts';
import { Copies } from './copies.ts';
import type { EngineApi } from './engineApi.ts';
import type { EngineFacts } from './engineFacts.ts';
import { ExecStarts } from './execStarts.ts';
import { IdleContainers } from './idleContainers.ts';
import { Images } from './images.ts';
import { Leftovers } from './leftovers.ts';
import { Measures } from './measures.ts';
import { Networks } from './networks.ts';
import type { NetworkAddresses } from './ownSubnets.ts';
import { Processes, type ExecAnnouncement } from './processes.ts';
import { ViewHelpers } from './viewHelpers.ts';
import { Volumes } from './volumes.ts';

/** What an engine is told of this machine, and tells it. */
export interface EngineSurroundings {
  /** Hears of every process before it starts. */
  readonly announceExec: ExecAnnouncement;
  readonly addresses: NetworkAddresses;
}

/** One engine that speaks Docker's API, put together from its containers, networks, images and processes. */
export class DockerEngine implements ContainerEngine {
  readonly info: EngineInfo;
  private readonly containers: Containers;
  private readonly networks: Networks;
  private readonly images: Images;
  private readonly processes: Processes;
  private readonly measures: Measures;
  private readonly volumes: Volumes;
  private readonly leftovers: Leftovers;
  private readonly belongings: Belongings;
  private readonly viewHelpers: ViewHelpers;
  private readonly copies: Copies;

  constructor(
    api: EngineApi,
    facts: EngineFacts & { readonly info: EngineInfo },
    { announceExec, addresses }: EngineSurroundings,
  ) {
    this.info = facts.info;
    const starts = new ExecStarts(api);
    this.containers = new Containers(api, facts, starts);
    this.networks = new Networks(api, facts, addresses);
    this.images = new Images(api);
    this.processes = new Processes(api, facts, starts, announceExec);
    this.measures = new Measures(api);
    this.volumes = new Volumes(api);
    this.leftovers = new Leftovers(api);
    const { containers, networks, volumes } = this;
    this.belongings = new Belongings(api, { containers, networks, volumes });
    const idle = new IdleContainers(api, this.belongings);
    this.viewHelpers = new ViewHelpers(api, volumes, idle, this.belongings, facts);
    this.copies = new Copies(api, containers, idle);
  }

  inspectImage(reference: string): Promise<ImageFacts | undefined> {
    return this.images.inspectImage(reference);
  }

  listImages(): Promise<readonly LocalImage[]> {
    return this.images.listImages();
  }

  pullImage(reference: string, options: PullOptions): Promise<ImageFacts> {
    return this.images.pullImage(reference, options);
  }

  createNetwork(spec: NetworkSpec): Promise<string> {
    return this.networks.createNetwork(spec);
  }

  listNetworks(workspaceId?: string): Promise<readonly ManagedNetwork[]> {
    return this.networks.listNetworks(workspaceId);
  }

  findNetworks(workspaceId: string): Promise<readonly NetworkFacts[]> {
    return this.networks.findNetworks(workspaceId);
  }

  removeNetwork(id: string): Promise<void> {
    return this.networks.removeNetwork(id);
  }

  connectNetwork(networkId: string, containerId: string): Promise<void> {
    return this.networks.connectNetwork(networkId, containerId);
  }

  joinIsolated(network: string, containerId: string, alias: string): Promise<void> {
    return this.networks.joinIsolated(network, containerId, alias);
  }

  disconnectNetwork(containerId: string, networkId?: string): Promise<void> {
    return this.networks.disconnectNetwork(containerId, networkId);
  }

  createContainer(spec: ContainerSpec, networkId?: string): Promise<string> {
    return this.containers.createContainer(spec, networkId);
  }

  startContainer(id: string): Promise<void> {
    return this.containers.startContainer(id);
  }

  stopContainer(id: string): Promise<void> {
    return this.containers.stopContainer(id);
  }

  killContainer(id: string): Promise<void> {
    return this.containers.killContainer(id);
  }

  restartContainer(id: string): Promise<void> {
    return this.containers.restartContainer(id);
  }

  pauseContainer(id: string): Promise<boolean> {
    return this.containers.pauseContainer(id);
  }

  resumeContainer(id: string): Promise<void> {
    return this.containers.resumeContainer(id);
  }

  renameContainer(id: string, name: string): Promise<void> {
    return this.containers.renameContainer(id, name);
  }

  updateContainer(id: string, limits: Pick<Limits, 'cpus' | 'memoryMiB' | 'pids'>): Promise<void> {
    return this.containers.updateContainer(id, limits);
  }

  removeContainer(id: string): Promise<void> {
    return this.containers.removeContainer(id);
  }

  inspectContainer(id: string): Promise<ContainerFacts | undefined> {
    return this.containers.inspectContainer(id);
  }

  listContainers(): Promise<readonly ManagedContainer[]> {
    return this.containers.listContainers();
  }

  listProxies(): Promise<readonly ManagedProxy[]> {
    return this.containers.listProxies();
  }

  hasFile(id: string, path: string): Promise<boolean> {
    return this.containers.hasFile(id, path);
  }

  hasPath(id: string, path: string): Promise<boolean> {
    return this.containers.hasPath(id, path);
  }

  lastLogs(id: string, lines: number): Promise<Readable> {
    return this.containers.lastLogs(id, lines);
  }

  followLogs(id: string, signal: AbortSignal, lastLines?: number): Promise<Readable> {
    return this.containers.followLogs(id, signal, lastLines);
  }

  startProcess(request: ProcessRequest): Promise<ContainerProcess> {
    return this.processes.startProcess(request);
  }

  attachMainProcess(containerId: string): Promise<MainProcessStreams> {
    return this.processes.attachMainProcess(containerId);
  }

  inspectCommand(execId: string): ReturnType<ContainerEngine['inspectCommand']> {
    return this.processes.inspectCommand(execId);
  }

  sampleStats(containerId: string): Promise<ContainerStats | undefined> {
    return this.measures.sampleStats(containerId);
  }

  listProcesses(containerId: string): Promise<readonly ProcessFacts[]> {
    return this.measures.listProcesses(containerId);
  }

  writtenBytes(containerId: string): Promise<number> {
    return this.measures.writtenBytes(containerId);
  }

  listVolumes(): Promise<readonly ManagedVolume[]> {
    return this.volumes.listVolumes();
  }

  createViewVolume(spec: ViewVolumeSpec): Promise<void> {
    return this.volumes.createViewVolume(spec);
  }

  inspectVolume(name: string): Promise<VolumeFacts | undefined> {
    return this.volumes.inspectVolume(name);
  }

  canMountView(places: ViewPlaces, entry: string, image: string): Promise<boolean> {
    return this.viewHelpers.canMountView(places, entry, image);
  }

  withView<T>(workspaceId: string, image: string, work: (view: OpenedView) => Promise<T>): Promise<T> {
    return this.viewHelpers.withView(workspaceId, image, work);
  }

  untilViewRests(workspaceId: string): Promise<void> {
    return this.viewHelpers.untilViewRests(workspaceId);
  }

  withLayer<T>(layer: string, image: string, work: (layer: OpenLayer) => Promise<T>): Promise<T> {
    return this.viewHelpers.withLayer(layer, image, work);
  }

  replaceByFiles(request: Parameters<ContainerEngine['replaceByFiles']>[0]): Promise<void> {
    return this.viewHelpers.replaceByFiles(request);
  }

  prepareCopy(workspaceId: string): Promise<string> {
    return this.copies.prepareCopy(workspaceId);
  }

  withCopy<T>(workspaceId: string, image: string, work: (copy: OpenCopy) => Promise<T>): Promise<T> {
    return this.copies.withCopy(workspaceId, image, work);
  }

  closeCopy(workspaceId: string, leastAgeSeconds: number): Promise<boolean> {
    return this.copies.closeCopy(workspaceId, leastAgeSeconds);
  }

  listCopies(): Promise<readonly string[]> {
    return this.copies.listCopies();
  }

  removeCopy(workspaceId: string): Promise<void> {
    return this.copies.removeCopy(workspaceId);
  }

  volumeSizes(): Promise<ReadonlyMap<string, number>> {
    return this.leftovers.volumeSizes();
  }

  removeVolume(name: string): Promise<void> {
    return this.leftovers.removeVolume(name);
  }

  listOwnImages(): Promise<readonly OwnImage[]> {
    return this.leftovers.listOwnImages();
  }

  removeImage(id: string): Promise<void> {
    return this.leftovers.removeImage(id);
  }

  removeEverythingOf(workspaceId: string): Promise<void> {
    return this.belongings.removeEverythingOf(workspaceId);
  }
}
