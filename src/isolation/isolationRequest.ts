import type { FolderProtection } from './containerSpec.ts';
import type { MainProcess } from './mainProcess.ts';
import type { Limits, MountMode, NetworkMode } from './profile.ts';
import type { Profile } from './profiles.ts';
import type { ViewPlaces } from './folderView.ts';

/** Everything that decides how a workspace is isolated: its record, its profile, and facts of folder, person and image. */
export interface IsolationRequest {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly profile: Profile;
  readonly network: NetworkMode;
  readonly mount: MountMode;
  readonly limits: Limits;
  readonly env: Readonly<Record<string, string>>;
  /** The folder's path on the host, checked and with its symbolic links resolved. */
  readonly folder: string;
  /** Where the view of the folder is kept; missing where the folder itself is mounted. */
  readonly viewPlaces?: ViewPlaces;
  readonly user: { readonly uid: number; readonly gid: number };
  /** The user that the image names, empty for root; missing where the image is not known. */
  readonly imageUser?: string;
  /** Devices of the host that hold the folder, such as `/dev/sda`, as far as the engine can limit them. */
  readonly diskDevices?: readonly string[];
  /** What of the folder is protected from the container. */
  readonly protection: FolderProtection;
  /** Paths that the image declares as VOLUME. */
  readonly imageVolumes: readonly string[];
  readonly mainProcess: MainProcess;
  /** What the label remembers of the workspace: JSON without secrets. */
  readonly record: unknown;
  /** Cores of the engine's machine, which cap the limit; not capped when missing. */
  readonly engineCpus?: number;
}
