import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Quarantine } from '../folders/quarantine.ts';
import type { Disk } from '../monitor/disk.ts';
import type { SecurityLog } from '../securityLog.ts';
import type { OperationOptions } from '../workspace.ts';
import type { WorkspaceStorage } from '../workspaceStorage.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { CleanUp } from './cleanUp.ts';
import { EngineThings } from './engineThings.ts';
import { OldWorkspaces } from './oldWorkspaces.ts';
import { MovedAwayFiles, OldSecurityLogs, SetAsideRecords } from './storedLeftovers.ts';

/** Puts together the places in which a clean-up looks. */
export function composeCleanUp(parts: {
  store: WorkspaceStore;
  storage: WorkspaceStorage;
  engines: Pick<EngineSource, 'state' | 'get'>;
  /** The engine once records agree with it. */
  agreed: Pick<EngineSource, 'get'>;
  isBusy: (workspaceId: string) => boolean;
  remove: (workspaceId: string, options: OperationOptions) => Promise<void>;
  securityLog: SecurityLog;
  quarantine: Quarantine;
  disk: Disk;
  cleanUpAgeMs: () => number;
  log: Log;
}): CleanUp {
  const { store, storage, securityLog, quarantine, disk, cleanUpAgeMs: ageMs, log } = parts;
  return new CleanUp(
    [
      new OldWorkspaces({ ...parts, ageMs }),
      new EngineThings(store, parts.agreed),
      new SetAsideRecords(storage),
      new MovedAwayFiles(quarantine, disk),
      new OldSecurityLogs(store, securityLog, ageMs),
    ],
    log,
  );
}
