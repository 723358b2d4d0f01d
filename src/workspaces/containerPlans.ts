import { isDeepStrictEqual } from 'node:util';
import * as l10n from '@vscode/l10n';
import type {
  ContainerSpec,
  FolderProtection,
  NetworkSpec,
  ViewVolumeSpec,
} from '../isolation/containerSpec.ts';
import { buildContainerSpec, buildNetworkSpec, buildViewVolumeSpec } from '../isolation/buildSpec.ts';
import { requireEngine } from '../isolation/engineSupport.ts';
import { sameFolder, type CheckedFolder } from '../isolation/folderCheck.ts';
import type { ViewPlaces } from '../isolation/folderView.ts';
import { mainCommand } from '../isolation/mainProcess.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import { CordonError } from '../shared/errors.ts';
import type { ContainerEngine, EngineInfo } from './containerEngine.ts';
import type { ImageFacts } from './engineImages.ts';
import { noProtection } from './folderProtections.ts';
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

/** What a container is made of. */
interface Ingredients {
  readonly engine: ContainerEngine;
  readonly record: WorkspaceRecord;
  readonly folder: CheckedFolder;
}

/** What a container is made of and started for. */
export interface Commission extends Ingredients {
  readonly operation: Operation;
}

/** Says what the network and the container of a record must be, on the engine and the folder that are there now. */
export class ContainerPlans {
  private readonly checkFolder: FolderCheck;
  private readonly chooseUser: UserChoice;
  private readonly profileOf: ProfileLookup;
  private readonly viewPlaces: (workspaceId: string) => ViewPlaces;
  private readonly mainProcesses = new MainProcesses();

  constructor(parts: {
    checkFolder: FolderCheck;
    chooseUser: UserChoice;
    profileOf: ProfileLookup;
    viewPlaces: (workspaceId: string) => ViewPlaces;
  }) {
    this.viewPlaces = parts.viewPlaces;
    this.checkFolder = parts.checkFolder;
    this.chooseUser = parts.chooseUser;
    this.profileOf = parts.profileOf;
  }

  /** The folder's resolved place, checked against the rules. */
  folder(record: Pick<WorkspaceRecord, 'folder'>, engine: EngineInfo | undefined): Promise<CheckedFolder> {
    return this.checkFolder(record.folder, engine);
  }

  /** Rejects where the engine cannot hold what the profile promises, or the folder is none to be mounted. */
  async commission(
    engine: ContainerEngine,
    record: WorkspaceRecord,
    operation: Operation,
  ): Promise<Commission> {
    requireEngine(this.profileOf(record.profile), engine.info);
    const folder = await this.folder(record, engine.info);
    operation.check();
    return { engine, record, operation, folder };
  }

  /** The folder must still be the one that was checked: it may have been replaced by a link meanwhile. */
  async requireSameFolder({ engine, record, folder }: Ingredients): Promise<void> {
    if (!sameFolder(folder, await this.folder(record, engine.info))) throw folderReplaced();
  }

  network(ingredients: Ingredients, image: ImageFacts): NetworkSpec | undefined {
    return buildNetworkSpec(this.request(ingredients, image, noProtection));
  }

  /** None for a record that has the folder itself. */
  viewVolume(ingredients: Ingredients, image: ImageFacts): ViewVolumeSpec | undefined {
    return buildViewVolumeSpec(this.request(ingredients, image, noProtection));
  }

  container(
    ingredients: Ingredients,
    image: ImageFacts | undefined,
    protection: FolderProtection,
  ): ContainerSpec {
    return buildContainerSpec(this.request(ingredients, image, protection));
  }

  /** Whether the image can keep this container alive, which is looked into where the image is new. */
  async isKeptAlive(
    engine: ContainerEngine,
    image: ImageFacts,
    container: { readonly containerId: string; readonly spec: ContainerSpec },
  ): Promise<boolean> {
    const found = await this.mainProcesses.learn(engine, image.id, container.containerId);
    return isDeepStrictEqual(container.spec.command, mainCommand(found));
  }

  private request(
    { engine, record, folder }: Ingredients,
    image: ImageFacts | undefined,
    protection: FolderProtection,
  ) {
    return {
      ...record,
      profile: this.profileOf(record.profile),
      folder: folder.path,
      ...(record.mount === 'review' && { viewPlaces: this.viewPlaces(record.id) }),
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

/** The error of a folder that is another one than was checked. */
export function folderReplaced(): CordonError {
  return new CordonError(
    'folderForbidden',
    l10n.t('The folder was replaced while the workspace started. Check what replaced it, then try again.'),
  );
}
