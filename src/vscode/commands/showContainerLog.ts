import type { ContainerLogs } from '../containerLog.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Shows what the main process of a container prints, and follows it. */
export function showContainerLog({
  targets,
  logs,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly logs: Pick<ContainerLogs, 'show'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('showContainerLog', args);
    if (workspace) logs.show(workspace);
  };
}
