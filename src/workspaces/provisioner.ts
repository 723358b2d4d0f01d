import * as l10n from '@vscode/l10n';
import {
  buildContainerSpec,
  buildNetworkSpec,
  type ContainerSpec,
  type IsolationRequest,
} from '../isolation/containerSpec.ts';
import { auditIsolation } from '../isolation/isolationAudit.ts';
import {
  buildReport,
  type ContainerFacts,
  type IsolationFinding,
  type IsolationReport,
} from '../isolation/isolationReport.ts';
import { sameFolder, type CheckedFolder } from '../isolation/folderCheck.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, EngineInfo, ImageFacts } from './containerEngine.ts';
import type { Operation } from './operations.ts';
import { toLabelRecord, type WorkspaceRecord } from './workspaceRecord.ts';

/** Checks the folder of a workspace; rejects with `folderNotFound`, `folderForbidden` or `folderUnreadable`. */
export type FolderCheck = (folderUri: string, engine: EngineInfo | undefined) => Promise<CheckedFolder>;

/** Who the processes of a workspace run as. */
export type UserChoice = (
  folder: CheckedFolder,
  engine: EngineInfo,
) => { readonly uid: number; readonly gid: number };

/** Turns a record into a running container whose isolation was checked, or into nothing at all. */
export class Provisioner {
  private readonly checkFolder: FolderCheck;
  private readonly chooseUser: UserChoice;
  /** By image id: whether the image has a `sleep` that can be the main process. */
  private readonly hasSleep = new Map<string, boolean>();

  constructor(checkFolder: FolderCheck, chooseUser: UserChoice) {
    this.checkFolder = checkFolder;
    this.chooseUser = chooseUser;
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
    const folder = await this.folder(record, engine.info);
    operation.check();
    const image = await this.image(engine, record.image, operation);
    operation.check();
    let spec = this.specFor(record, folder, engine.info, image, this.hasSleep.get(image.id) ?? true);
    const networkId = await this.makeNetwork(engine, record, folder, image, operation);
    operation.progress(l10n.t('Creating the container'));
    await this.requireSameFolder(record, engine.info, folder);
    let containerId = await engine.createContainer(spec, networkId);
    operation.check();
    if (spec.command && !(await this.canSleep(engine, image.id, containerId))) {
      await engine.removeContainer(containerId);
      spec = this.specFor(record, folder, engine.info, image, false);
      containerId = await engine.createContainer(spec, networkId);
      operation.check();
    }
    return await this.start(engine, record, folder, containerId, spec, operation);
  }

  /** Starts a container that exists and checks what is in force. */
  async startExisting(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    containerId: string,
    operation: Operation,
    start: (id: string) => Promise<void> = (id) => engine.startContainer(id),
  ): Promise<ContainerFacts> {
    const folder = await this.folder(record, engine.info);
    operation.check();
    const spec = await this.specOf(engine, record, folder);
    return await this.start(engine, record, folder, containerId, spec, operation, start);
  }

  /** What is in force now, compared with what the record promises. */
  async report(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    facts: ContainerFacts,
  ): Promise<IsolationReport> {
    const startedAt = performance.now();
    const folder = await this.folder(record, engine.info);
    const findings = this.audit(engine, facts, await this.specOf(engine, record, folder));
    return buildReport(findings, new Date(), performance.now() - startedAt);
  }

  private async start(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    folder: CheckedFolder,
    containerId: string,
    spec: ContainerSpec,
    operation: Operation,
    start: (id: string) => Promise<void> = (id) => engine.startContainer(id),
  ): Promise<ContainerFacts> {
    operation.progress(l10n.t('Starting the container'));
    await start(containerId);
    operation.check();
    operation.progress(l10n.t('Checking the isolation'));
    const facts = await engine.inspectContainer(containerId);
    if (!facts?.running) throw endedAtOnce(record.image, facts);
    await this.requireSameFolder(record, engine.info, folder);
    const broken = this.audit(engine, facts, spec).filter(
      (finding) => !finding.ok && finding.severity === 'critical',
    );
    if (broken.length > 0)
      throw new CordonError(
        'isolationNotHeld',
        l10n.t(
          'The container was stopped: what the profile promises does not hold ({0}).',
          broken.map((finding) => `${finding.title}: ${finding.actual}`).join('; '),
        ),
      );
    operation.check();
    return facts;
  }

  private audit(
    engine: ContainerEngine,
    facts: ContainerFacts,
    spec: ContainerSpec,
  ): readonly IsolationFinding[] {
    return auditIsolation(facts, spec, { rootlessEngine: engine.info.rootless });
  }

  private async makeNetwork(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    folder: CheckedFolder,
    image: ImageFacts,
    operation: Operation,
  ): Promise<string | undefined> {
    const spec = buildNetworkSpec(this.requestFor(record, folder, engine.info, image, true));
    if (!spec) return undefined;
    operation.progress(l10n.t('Creating the network'));
    const id = await engine.createNetwork(spec);
    operation.check();
    return id;
  }

  /** The folder must still be the one that was checked: it may have been replaced by a link meanwhile. */
  private async requireSameFolder(
    record: WorkspaceRecord,
    engine: EngineInfo,
    before: CheckedFolder,
  ): Promise<void> {
    if (!sameFolder(before, await this.folder(record, engine)))
      throw new CordonError(
        'folderForbidden',
        l10n.t(
          'The folder was replaced while the workspace started. Check what replaced it, then try again.',
        ),
      );
  }

  private async canSleep(engine: ContainerEngine, imageId: string, containerId: string): Promise<boolean> {
    const known = this.hasSleep.get(imageId);
    if (known !== undefined) return known;
    const found =
      (await engine.hasFile(containerId, '/bin/sleep')) ||
      (await engine.hasFile(containerId, '/usr/bin/sleep'));
    this.hasSleep.set(imageId, found);
    return found;
  }

  private async specOf(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    folder: CheckedFolder,
  ): Promise<ContainerSpec> {
    const image = await engine.inspectImage(record.image);
    return this.specFor(
      record,
      folder,
      engine.info,
      image,
      image === undefined || (this.hasSleep.get(image.id) ?? true),
    );
  }

  private specFor(
    record: WorkspaceRecord,
    folder: CheckedFolder,
    engine: EngineInfo,
    image: ImageFacts | undefined,
    sleeps: boolean,
  ): ContainerSpec {
    return buildContainerSpec(this.requestFor(record, folder, engine, image, sleeps));
  }

  private requestFor(
    record: WorkspaceRecord,
    folder: CheckedFolder,
    engine: EngineInfo,
    image: ImageFacts | undefined,
    sleeps: boolean,
  ): IsolationRequest {
    return {
      ...record,
      folder: folder.path,
      user: this.chooseUser(folder, engine),
      imageVolumes: image?.volumes ?? [],
      mainProcess: sleeps ? 'sleep' : 'image',
      record: toLabelRecord(record),
      engineCpus: engine.cpus,
    };
  }
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
