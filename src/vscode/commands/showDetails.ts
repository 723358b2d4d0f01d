import type { DetailsPanels } from '../details/detailsPanels.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** Opens the details of a workspace in an editor. */
export function showDetails({
  targets,
  details,
}: {
  readonly targets: Pick<Targets, 'one'>;
  readonly details: Pick<DetailsPanels, 'show'>;
}): Command {
  return async (...args) => {
    const workspace = await targets.one('showDetails', args);
    if (workspace) await details.show(workspace);
  };
}
