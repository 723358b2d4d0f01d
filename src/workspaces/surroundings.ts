import type { FolderSearch } from '../isolation/folderScan.ts';
import type { PathPatterns } from '../isolation/pathRules.ts';
import type { ProfileLookup } from '../isolation/profiles.ts';
import type { Event } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import type { FolderCheck, UserChoice } from './containerPlans.ts';
import type { EngineSource } from './containerEngine.ts';
import type { WorkspaceDefaults } from './defaults.ts';
import type { WatchFolder } from './folders/folderWatches.ts';
import type { IdleRules } from './idle/idleRules.ts';
import type { SleepNotes } from './idle/sleepNotes.ts';
import type { MountCheck } from './isolationReports.ts';
import type { Disk } from './monitor/disk.ts';
import type { SharedMarks } from './monitor/sharedMarks.ts';
import type { SecretStore } from './secrets/secretStore.ts';
import type { SecurityLogStorage } from './securityLog.ts';
import type { EgressSettings } from './proxy/egressSettings.ts';
import type { PortRule } from './ports/portRules.ts';
import type { ViewFiles } from './views/viewFiles.ts';
import type { WorkspaceStorage } from './workspaceStorage.ts';

/** What the core needs from outside. */
export interface Surroundings {
  readonly storage: WorkspaceStorage;
  readonly securityLogStorage: SecurityLogStorage;
  readonly secretStore: SecretStore;
  readonly marks: SharedMarks;
  readonly disk: Disk;
  readonly engines: EngineSource;
  readonly checkFolder: FolderCheck;
  /** Where a folder is with its symbolic links resolved; rejects where that cannot be told. */
  readonly realFolder: (folderUri: string) => Promise<string>;
  readonly checkMounts: MountCheck;
  readonly chooseUser: UserChoice;
  readonly defaults: () => WorkspaceDefaults;
  readonly profileOf: ProfileLookup;
  /** The number of this extension host, which no other has, nor has had where the system can tell. */
  readonly owner: number;
  /** Whether another process with this number lives, and can be at work since then, in milliseconds since 1970. */
  readonly isAlive: (owner: number, sinceMs?: number) => boolean;
  readonly platform: NodeJS.Platform;
  /** Addresses of this machine, which a container that is cut off must not reach, nor its proxy. */
  readonly hostAddresses: () => readonly string[];
  /** Finds the protected and hidden paths of a folder. */
  readonly scanFolder: FolderSearch;
  /** What the person adds to the protected and hidden paths. */
  readonly pathPatterns: () => PathPatterns;
  readonly watchFolder: WatchFolder;
  readonly viewFiles: ViewFiles;
  /** Whether this window has the folder of this URI open; of many windows, that one watches it. */
  readonly isOpenHere: (folderUri: string) => boolean;
  readonly onDidChangeOpenFolders: Event<unknown>;
  /** What becomes of workspaces that nobody uses. */
  readonly sleepNotes: SleepNotes;
  readonly idleRules: () => IdleRules;
  readonly onDidChangeIdleRules: Event<unknown>;
  /** Ports that are forwarded whenever a workspace runs. */
  readonly portRules: () => readonly PortRule[];
  readonly onDidChangePortRules: Event<unknown>;
  /** What all workspaces with the network `filtered` may reach, and what their proxies are made of. */
  readonly egress: () => EgressSettings;
  readonly onDidChangeEgress: Event<unknown>;
  /** How long a terminal is kept after its window; 0 where it ends with it. */
  readonly keepTerminalsMs: () => number;
  /** How long ago something was last used that a clean-up offers as old. */
  readonly cleanUpAgeMs: () => number;
  /** Where things are kept that were moved out of folders, an absolute path. */
  readonly quarantineFolder: string;
  readonly log: Log;
}
