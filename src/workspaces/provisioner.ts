import * as l10n from '@vscode/l10n';
import {
  buildContainerSpec,
  buildNetworkSpec,
  type ContainerSpec,
  type FolderProtection,
} from '../isolation/containerSpec.ts';
import { requireEngine } from '../isolation/engineSupport.ts';
import { sameFolder, type CheckedFolder } from '../isolation/folderCheck.ts';
import type { FolderScan } from '../isolation/folderScan.ts';
import type { ContainerFacts, IsolationFinding, IsolationReport } from '../isolation/isolationReport.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import { specFingerprint } from '../isolation/specFingerprint.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, EngineInfo, ImageFacts } from './containerEngine.ts';
import {
  noProtection,
  pinnedOf,
  protectionFor,
  protectionInForce,
  requireRealFolders,
  type FolderProtections,
} from './folderProtections.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { checkIsolation, lookAround, requireIsolation } from './isolationCheck.ts';
import { notRunning } from './notRunning.ts';
import { MainProcesses } from './mainProcesses.ts';
import type { Operation } from './operations.ts';
import { toLabelRecord, type WorkspaceRecord } from './workspaceRecord.ts';

/** Checks the folder of a workspace; rejects with `folderNotFound`, `folderForbidden` or `folderUnreadable`. */
export type FolderCheck = (folderUri: string, engine: EngineInfo | undefined) => Promise<CheckedFolder>;

/** Who the processes of a workspace run as. */
export type UserChoice = (
  folder: CheckedFolder,
  engine: EngineInfo,
) => { readonly uid: number; readonly gid: number };

/** Names a source of a mount that is not what the container really has there; `undefined` where none is known. */
export type MountCheck = (
  container: { readonly id: string; readonly pid: number },
  mounts: ContainerSpec['mounts'],
) => Promise<string | undefined>;

/** What an isolation check needs and tells beyond the engine. */
export interface IsolationSurroundings {
  /** Addresses of this machine that an isolated container must not reach. */
  hostAddresses(): readonly string[];
  readonly checkMounts: MountCheck;
  /** What of its folder belongs into the report of a workspace that runs. */
  findings(workspaceId: string): Promise<readonly IsolationFinding[]>;
  /** Takes a container that was just started, with the folder that it was given. */
  onStarted(workspaceId: string, folder: string, facts: ContainerFacts): Promise<void>;
  /** Takes every report of a workspace's container. */
  onReport(workspaceId: string, containerId: string, report: IsolationReport): void;
}

/** What a container is made of and started for. */
interface Commission {
  readonly engine: ContainerEngine;
  readonly record: WorkspaceRecord;
  readonly operation: Operation;
  readonly folder: CheckedFolder;
}

/** A container that exists, and what it must be. */
interface Made {
  readonly commission: Commission;
  readonly containerId: string;
  readonly spec: ContainerSpec;
  readonly image: ImageFacts | undefined;
}

/** Turns a record into a running container whose isolation was checked, or into nothing at all. */
export class Provisioner {
  private readonly checkFolder: FolderCheck;
  private readonly chooseUser: UserChoice;
  private readonly profileOf: ProfileLookup;
  private readonly isolation: IsolationSurroundings;
  private readonly protections: Pick<FolderProtections, 'scan'>;
  private readonly neighbours: Pick<FrozenNeighbours, 'during'>;
  private readonly mainProcesses = new MainProcesses();

  constructor(parts: {
    checkFolder: FolderCheck;
    chooseUser: UserChoice;
    profileOf: ProfileLookup;
    isolation: IsolationSurroundings;
    protections: Pick<FolderProtections, 'scan'>;
    neighbours: Pick<FrozenNeighbours, 'during'>;
  }) {
    this.checkFolder = parts.checkFolder;
    this.chooseUser = parts.chooseUser;
    this.profileOf = parts.profileOf;
    this.isolation = parts.isolation;
    this.protections = parts.protections;
    this.neighbours = parts.neighbours;
  }

  /** The folder's resolved place, checked against the rules. */
  folder(record: Pick<WorkspaceRecord, 'folder'>, engine: EngineInfo | undefined): Promise<CheckedFolder> {
    return this.checkFolder(record.folder, engine);
  }

  /** The image, pulled where the engine does not have it. */
  async image(engine: ContainerEngine, reference: string, operation: Operation): Promise<ImageFacts> {
    operation.progress(l10n.t('Looking for the image {0}', reference));
    const local = await engine.inspectImage(reference);
    operation.check();
    if (local) return local;
    operation.progress(l10n.t('Pulling the image {0}', reference));
    return await engine.pullImage(reference, {
      signal: operation.signal,
      onProgress: (message, fraction) => {
        operation.progress(message, fraction);
      },
    });
  }

  /**
   * Makes network and container, starts the container and checks what is in force. On failure the caller removes
   * everything of the workspace.
   */
  async createAndStart(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    operation: Operation,
  ): Promise<ContainerFacts> {
    requireEngine(this.profileOf(record.profile), engine.info);
    const commission = { engine, record, operation, folder: await this.folder(record, engine.info) };
    operation.check();
    const scanning = this.scan(commission);
    const image = await this.image(engine, record.image, operation);
    operation.check();
    const networkId = await this.makeNetwork(commission, image);
    operation.progress(l10n.t('Creating the container'));
    return await this.neighbours.during(engine, neighbourhoodOf(commission), async (heldSome) => {
      await this.requireSameFolder(commission);
      // Whoever was held may have changed the folder since.
      const scan = heldSome ? await this.scan(commission) : await scanning;
      const protection = protectionFor(scan, record.mount);
      await requireRealFolders(commission.folder.path, protection.pinned);
      let spec = this.specFor(commission, image, protection);
      let containerId = await engine.createContainer(spec, networkId);
      operation.check();
      if (await this.mainProcesses.learn(engine, image.id, containerId)) {
        await engine.removeContainer(containerId);
        spec = this.specFor(commission, image, protection);
        containerId = await engine.createContainer(spec, networkId);
        operation.check();
      }
      const made = { commission, containerId, spec, image };
      return await this.startAndCheck(made, (id) => engine.startContainer(id));
    });
  }

  /** What a container that exists must be to be started again; `undefined` when it was made for something else. */
  async madeFor(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    facts: ContainerFacts,
    operation: Operation,
  ): Promise<Made | undefined> {
    requireEngine(this.profileOf(record.profile), engine.info);
    const commission = { engine, record, operation, folder: await this.folder(record, engine.info) };
    operation.check();
    const [image, scan] = await Promise.all([engine.inspectImage(record.image), this.scan(commission)]);
    const spec = this.specFor(commission, image, protectionFor(scan, record.mount));
    const isSame = facts.specFingerprint === specFingerprint(spec);
    return isSame ? { commission, containerId: facts.id, spec, image } : undefined;
  }

  /** Starts a container that exists, in the given way, and checks what is in force. */
  async startExisting(made: Made, start: (id: string) => Promise<void>): Promise<ContainerFacts> {
    const { commission, spec } = made;
    return await this.neighbours.during(commission.engine, neighbourhoodOf(commission), async () => {
      await requireRealFolders(commission.folder.path, pinnedOf(spec));
      return await this.startAndCheck(made, start);
    });
  }

  /** What is in force now, compared with what the record promises. */
  async report(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containerId: string,
  ): Promise<IsolationReport> {
    const [facts, folder, image, neighbourhood, findings] = await Promise.all([
      engine.inspectContainer(containerId),
      this.folder(record, engine.info),
      engine.inspectImage(record.image),
      lookAround(engine, record, this.isolation.hostAddresses()),
      this.isolation.findings(record.id),
    ]);
    if (!facts?.running) throw notRunning(record.name);
    const protection = protectionInForce(facts);
    const { report } = await checkIsolation(engine, {
      ...{ containerId, network: record.network, neighbourhood, imageId: image?.id },
      spec: this.specFor({ engine, record, folder }, image, protection),
      findings,
    });
    if (!report) throw notRunning(record.name);
    this.isolation.onReport(record.id, containerId, report);
    return report;
  }

  private async makeNetwork(commission: Commission, image: ImageFacts): Promise<string | undefined> {
    const spec = buildNetworkSpec(this.requestFor(commission, image, noProtection));
    if (!spec) return undefined;
    commission.operation.progress(l10n.t('Creating the network'));
    const id = await commission.engine.createNetwork(spec);
    commission.operation.check();
    return id;
  }

  private async startAndCheck(
    { commission, containerId, spec, image }: Made,
    start: (id: string) => Promise<void>,
  ): Promise<ContainerFacts> {
    const { engine, record, operation } = commission;
    operation.progress(l10n.t('Starting the container'));
    const around = lookAround(engine, record, this.isolation.hostAddresses());
    // Whatever is wrong with it is told after the start, which must not be left alone.
    around.catch(() => undefined);
    await start(containerId);
    operation.check();
    operation.progress(l10n.t('Checking the isolation'));
    const neighbourhood = await around;
    const [{ facts, report }] = await Promise.all([
      checkIsolation(engine, {
        ...{ containerId, spec, network: record.network, neighbourhood, imageId: image?.id },
      }),
      this.requireSameFolder(commission),
      requireRealFolders(commission.folder.path, pinnedOf(spec)),
    ]);
    if (!facts || !report) throw endedAtOnce(record.image, facts);
    if ((await this.isolation.checkMounts(facts, spec.mounts)) !== undefined) throw folderReplaced();
    requireIsolation(report);
    await this.isolation.onStarted(record.id, commission.folder.path, facts);
    operation.check();
    this.isolation.onReport(record.id, containerId, report);
    return facts;
  }

  /** The folder must still be the one that was checked: it may have been replaced by a link meanwhile. */
  private async requireSameFolder({ engine, record, folder }: Commission): Promise<void> {
    if (sameFolder(folder, await this.folder(record, engine.info))) return;
    throw folderReplaced();
  }

  /** A search that fails later than somebody waits for it is no failure of its own. */
  private scan({ folder, operation }: Commission): Promise<FolderScan> {
    const scanning = this.protections.scan(folder.path, operation.signal);
    scanning.catch(() => undefined);
    return scanning;
  }

  private specFor(...parts: Parameters<Provisioner['requestFor']>): ContainerSpec {
    return buildContainerSpec(this.requestFor(...parts));
  }

  private requestFor(
    { engine, record, folder }: Omit<Commission, 'operation'>,
    image: ImageFacts | undefined,
    protection: FolderProtection,
  ) {
    return {
      ...record,
      profile: this.profileOf(record.profile),
      folder: folder.path,
      user: this.chooseUser(folder, engine.info),
      ...(image && { imageUser: image.user }),
      protection,
      imageVolumes: image?.volumes ?? [],
      mainProcess: this.mainProcesses.of(image?.id),
      record: toLabelRecord(record),
      engineCpus: engine.info.cpus,
      diskDevices: engine.info.support.diskSpeed && folder.disk !== undefined ? [folder.disk] : [],
    };
  }
}

function folderReplaced(): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t('The folder was replaced while the workspace started. Check what replaced it, then try again.'),
  );
}

function neighbourhoodOf({ folder, record }: Commission) {
  return { folder: folder.path, except: record.id };
}

function endedAtOnce(image: string, facts: ContainerFacts | undefined): CordonError {
  return new CordonError(
    'engineFailed',
    l10n.t(
      'The container of the image {0} ended at once (exit code {1}). Use an image with a shell and "sleep".',
      image,
      facts?.exitCode ?? '?',
    ),
  );
}
