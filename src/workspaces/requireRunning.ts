import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { archived } from './archived.ts';
import { requireNotFrozen } from './frozen.ts';
import { notRunning } from './notRunning.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/**
 * The id of the container of a workspace in which something can be started now. Throws `workspaceNotFound`,
 * `workspaceArchived`, `notRunning`, `engineUnavailable` where the engine has not yet said, or `conflict` where Panic froze it.
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
  if (status === 'archived') throw archived(name);
  if (container.kind === 'unknown')
    throw new CordonError(
      'engineUnavailable',
      l10n.t('The engine has not said yet whether the workspace "{0}" runs. Try again in a moment.', name),
    );
  if (container.kind === 'paused')
    throw new CordonError('notRunning', l10n.t('The workspace "{0}" is paused. Resume it first.', name));
  throw notRunning(name);
}
