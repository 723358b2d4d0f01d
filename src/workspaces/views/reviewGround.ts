import type { CheckedFolder } from '../../isolation/folderCheck.ts';
import type { PathPatterns } from '../../isolation/pathRules.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { Operation } from '../operations.ts';
import type { OperationOptions, Workspace } from '../workspace.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';

/** What the review of a workspace's changes needs of the rest of the core. */
export interface ReviewGround {
  /** Throws `workspaceNotFound`. */
  record(workspaceId: string): WorkspaceRecord;
  containerId(workspaceId: string): string | undefined;
  /** Both as far as is known. */
  isRunning(workspaceId: string): boolean;
  isPaused(workspaceId: string): boolean;
  engine(signal?: AbortSignal): Promise<ContainerEngine>;
  /** The folder as it is now, checked against the rules. */
  folder(record: WorkspaceRecord): Promise<CheckedFolder>;
  /** What the person adds to the protected and hidden paths. */
  patterns(): PathPatterns;
  /** Runs an operation of a workspace, one at a time. */
  run<T>(
    workspaceId: string,
    title: string,
    options: OperationOptions,
    work: (operation: Operation) => Promise<T>,
  ): Promise<T>;
  /** Keeps operations of a workspace waiting for `work`, which changes nothing that anybody is told of. */
  keepWaiting<T>(workspaceId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Runs `work` while neither this workspace nor any other that could change the folder runs. */
  whileStill<T>(
    engine: ContainerEngine,
    folder: string,
    workspaceId: string,
    work: () => Promise<T>,
  ): Promise<T>;
  start(workspaceId: string, options?: OperationOptions): Promise<Workspace>;
  stop(workspaceId: string, options?: OperationOptions): Promise<Workspace>;
  /** The number of this extension host. */
  readonly owner: number;
  readonly isAlive: (owner: number, sinceMs?: number) => boolean;
}
