import type { ProfileLookup } from '../../isolation/profiles.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { SecurityLog } from '../securityLog.ts';
import type { Sessions } from '../sessions.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { Disk } from './disk.ts';
import { DiskWatch } from './diskWatch.ts';
import { ForeignExecs } from './foreignExecs.ts';
import { ForeignNetworks } from './foreignNetworks.ts';
import { ForeignUpdates } from './foreignUpdates.ts';
import { MemoryKills } from './memoryKills.ts';
import { Monitor } from './monitor.ts';
import { SecurityReporter } from './securityReporter.ts';
import type { SharedMarks } from './sharedMarks.ts';
import { StatsWatch } from './statsWatch.ts';

/** Puts together what watches running workspaces and reports what is wrong. */
export function composeMonitor(parts: {
  store: WorkspaceStore;
  engines: EngineSource;
  securityLog: Pick<SecurityLog, 'record'>;
  marks: SharedMarks;
  disk: Disk;
  profileOf: ProfileLookup;
  platform: NodeJS.Platform;
  isBusy: (workspaceId: string) => boolean;
  pause: (workspaceId: string) => Promise<unknown>;
  sessions: Pick<Sessions, 'hadOtherUsers'>;
  log: Log;
}): Disposable {
  const disposables = new DisposableStore();
  const reporter = new SecurityReporter(parts);
  const common = { ...parts, reporter };
  disposables.add(new DiskWatch(common));
  const stats = disposables.add(new StatsWatch(common));
  disposables.add(
    new Monitor({
      ...parts,
      watches: {
        foreignExecs: new ForeignExecs({
          ...common,
          mayHaveOwnRoot: (id) => parts.sessions.hadOtherUsers(id),
        }),
        foreignNetworks: new ForeignNetworks(common),
        foreignUpdates: new ForeignUpdates(common),
        memoryKills: new MemoryKills(reporter),
        stats,
      },
    }),
  );
  return disposables;
}
