import * as l10n from '@vscode/l10n';
import { buildContainerSpec, buildNetworkSpec, type ContainerSpec } from '../isolation/containerSpec.ts';
import { requireEngine } from '../isolation/engineSupport.ts';
import { sameFolder, type CheckedFolder } from '../isolation/folderCheck.ts';
import type { ContainerFacts, IsolationReport } from '../isolation/isolationReport.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, EngineInfo, ImageFacts } from './containerEngine.ts';
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

/** Turns a record into a running container whose isolation was checked, or into nothing at all. */
export class Provisioner {
  private readonly checkFolder: FolderCheck;
  private readonly chooseUser: UserChoice;
  private readonly profileOf: ProfileLookup;
  private readonly isolation: IsolationSurroundings;
  private readonly mainProcesses = new MainProcesses();

  constructor(
    checkFolder: FolderCheck,
    chooseUser: UserChoice,
    profileOf: ProfileLookup,
    isolation: IsolationSurroundings,
  ) {
    this.checkFolder = checkFolder;
    this.chooseUser = chooseUser;
    this.profileOf = profileOf;
    this.isolation = isolation;
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
    const image = await this.image(engine, record.image, operation);
    operation.check();
    const networkId = await this.makeNetwork(commission, image);
    operation.progress(l10n.t('Creating the container'));
    await this.requireSameFolder(commission);
    let spec = this.specFor(commission, image);
    let containerId = await engine.createContainer(spec, networkId);
    operation.check();
    if (await this.mainProcesses.learn(engine, image.id, containerId)) {
      await engine.removeContainer(containerId);
      spec = this.specFor(commission, image);
      containerId = await engine.createContainer(spec, networkId);
      operation.check();
    }
    return await this.startAndCheck(commission, containerId, spec, image, (id) => engine.startContainer(id));
  }

  /** Starts a container that exists, in the given way, and checks what is in force. */
  async startExisting(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containerId: string,
    operation: Operation,
    start: (id: string) => Promise<void>,
  ): Promise<ContainerFacts> {
    requireEngine(this.profileOf(record.profile), engine.info);
    const commission = { engine, record, operation, folder: await this.folder(record, engine.info) };
    operation.check();
    const image = await engine.inspectImage(record.image);
    return await this.startAndCheck(commission, containerId, this.specFor(commission, image), image, start);
  }

  /** What is in force now, compared with what the record promises. */
  async report(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containerId: string,
  ): Promise<IsolationReport> {
    const [folder, image, neighbourhood] = await Promise.all([
      this.folder(record, engine.info),
      engine.inspectImage(record.image),
      lookAround(engine, record, this.isolation.hostAddresses()),
    ]);
    const { report } = await checkIsolation(engine, {
      ...{ containerId, network: record.network, neighbourhood, imageId: image?.id },
      spec: this.specFor({ engine, record, folder }, image),
    });
    if (!report) throw notRunning(record.name);
    this.isolation.onReport(record.id, containerId, report);
    return report;
  }

  private async makeNetwork(commission: Commission, image: ImageFacts): Promise<string | undefined> {
    const spec = buildNetworkSpec(this.requestFor(commission, image));
    if (!spec) return undefined;
    commission.operation.progress(l10n.t('Creating the network'));
    const id = await commission.engine.createNetwork(spec);
    commission.operation.check();
    return id;
  }

  private async startAndCheck(
    commission: Commission,
    containerId: string,
    spec: ContainerSpec,
    image: ImageFacts | undefined,
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
    ]);
    if (!facts || !report) throw endedAtOnce(record.image, facts);
    if ((await this.isolation.checkMounts(facts, spec.mounts)) !== undefined) throw folderReplaced();
    requireIsolation(report);
    operation.check();
    this.isolation.onReport(record.id, containerId, report);
    return facts;
  }

  /** The folder must still be the one that was checked: it may have been replaced by a link meanwhile. */
  private async requireSameFolder({ engine, record, folder }: Commission): Promise<void> {
    if (sameFolder(folder, await this.folder(record, engine.info))) return;
    throw folderReplaced();
  }

  private specFor(commission: Omit<Commission, 'operation'>, image: ImageFacts | undefined): ContainerSpec {
    return buildContainerSpec(this.requestFor(commission, image));
  }

  private requestFor(
    { engine, record, folder }: Omit<Commission, 'operation'>,
    image: ImageFacts | undefined,
  ) {
    return {
      ...record,
      profile: this.profileOf(record.profile),
      folder: folder.path,
      user: this.chooseUser(folder, engine.info),
      ...(image && { imageUser: image.user }),
      protection: { readOnly: [], masked: [], pinned: [] },
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
