import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { requireNotFrozen } from './frozen.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/**
 * The id of the container of a workspace in which something can be started now. Throws `workspaceNotFound`,
 * `workspaceArchived`, `notRunning`, or `conflict` where Panic froze it.
 */
export function requireRunning(
  store: Pick<WorkspaceStore, 'record' | 'container'>,
  workspaceId: string,
): string {
  const record = store.record(workspaceId);
  requireNotFrozen(record);
  const { name, status } = record;
  const container = store.container(workspaceId);
  if (container.kind === 'running') return container.id;
  if (status === 'archived')
    throw new CordonError(
      'workspaceArchived',
      l10n.t('The workspace "{0}" is archived. Restore it first.', name),
    );
  throw new CordonError(
    'notRunning',
    container.kind === 'paused'
      ? l10n.t('The workspace "{0}" is paused. Resume it first.', name)
      : l10n.t('The workspace "{0}" does not run. Start it first.', name),
  );
}
