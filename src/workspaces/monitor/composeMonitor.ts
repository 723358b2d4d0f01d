import type { ProfileLookup } from '../../isolation/profiles.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { StatsSamples } from '../resources/statsSamples.ts';
import type { Sessions } from '../sessions.ts';
import type { ViewFiles } from '../views/viewFiles.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { Disk } from './disk.ts';
import { DiskWatch } from './diskWatch.ts';
import { ForeignExecs } from './foreignExecs.ts';
import { ForeignNetworks } from './foreignNetworks.ts';
import { ForeignUpdates } from './foreignUpdates.ts';
import { MemoryKills } from './memoryKills.ts';
import { Monitor } from './monitor.ts';
import type { SecurityReporter } from './securityReporter.ts';
import type { SharedMarks } from './sharedMarks.ts';
import { StatsWatch } from './statsWatch.ts';

/** Puts together what watches running workspaces and reports what is wrong. */
export function composeMonitor(parts: {
  store: WorkspaceStore;
  engines: EngineSource;
  samples: StatsSamples;
  reporter: SecurityReporter;
  marks: SharedMarks;
  disk: Disk;
  profileOf: ProfileLookup;
  platform: NodeJS.Platform;
  viewFiles: Pick<ViewFiles, 'written'>;
  isBusy: (workspaceId: string) => boolean;
  sessions: Pick<Sessions, 'hadOtherUsers'>;
  log: Log;
}): Disposable {
  const disposables = new DisposableStore();
  const stats = disposables.add(new StatsWatch(parts));
  disposables.add(new DiskWatch({ ...parts, stats }));
  disposables.add(
    new Monitor({
      ...parts,
      watches: {
        foreignExecs: new ForeignExecs({
          ...parts,
          mayHaveOwnRoot: (id) => parts.sessions.hadOtherUsers(id),
        }),
        foreignNetworks: new ForeignNetworks(parts),
        foreignUpdates: new ForeignUpdates(parts),
        memoryKills: new MemoryKills(parts.reporter),
        stats,
      },
    }),
  );
  return disposables;
}
