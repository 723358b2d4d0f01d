import type { ReviewGround } from './views/reviewGround.ts';
import type { Disposable } from '../shared/disposable.ts';
import type { FailureLog } from '../shared/failureLog.ts';
import type { Reconciliation } from './agreement.ts';
import type { CleanUp } from './cleanUp/cleanUp.ts';
import type { CoreFacts } from './diagnosis.ts';
import type { Folders } from './folders/composeFolders.ts';
import type { ContainerFiles } from './inside/containerFiles.ts';
import type { LatestReports } from './latestReports.ts';
import type { Ports } from './ports/composePorts.ts';
import type { EgressRules } from './proxy/egressRules.ts';
import type { EgressWatch } from './proxy/egressWatch.ts';
import type { Resources } from './resources/resources.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { Quarantined } from './storedRecords.ts';
import type { Timeline } from './timeline/timeline.ts';
import type { WorkspaceService } from './workspaceService.ts';

/** The core, put together and following its engine. */
export interface Workspaces extends Disposable {
  readonly service: WorkspaceService;
  readonly folders: Pick<Folders, 'guard' | 'quarantine'>;
  /** The flight recorder. */
  readonly timeline: Timeline;
  /** What workspaces with the network `filtered` try to reach. */
  readonly egress: EgressWatch;
  /** What they may reach. */
  readonly egressRules: EgressRules;
  readonly latestReports: LatestReports;
  readonly secrets: WorkspaceSecrets;
  /** Finds and removes what is left over. */
  readonly cleanUp: CleanUp;
  /** Stored entries that could not be read and were set aside. */
  readonly quarantined: readonly Quarantined[];
  /** What running workspaces use; the engine is asked only while somebody looks. */
  readonly resources: Resources;
  /** Notices ports on which something listens inside, and forwards them. */
  readonly ports: Pick<Ports, 'watch' | 'forwards'>;
  /** Reads files that only the containers have. */
  readonly files: ContainerFiles;
  /** What the review of changes needs of the rest. */
  readonly reviewGround: ReviewGround;
  /** Knows which errors an operation has logged already. */
  readonly failures: FailureLog;
  /** Makes record and engine agree once more. */
  readonly reconcile: () => Promise<Reconciliation>;
  /** The window closes: pauses or stops what the person wants paused or stopped then. Takes 4 s at most. */
  leave(): Promise<void>;
  /** What the core knows of itself, for a report of a bug. */
  readonly facts: () => Promise<CoreFacts>;
  /** Waits until everything that was changed is stored. */
  settled(): Promise<void>;
}
