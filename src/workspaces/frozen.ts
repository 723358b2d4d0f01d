import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { timeAfter } from '../shared/timeAfter.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';

/** Whether Panic froze the workspace and nobody has released it since. */
export function isFrozen({ frozen }: Pick<WorkspaceRecord, 'frozen'>): boolean {
  return frozen !== undefined && frozen.released !== true;
}

/** The mark of a workspace that is frozen from now on. */
export function frozenNow({
  frozen,
}: Pick<WorkspaceRecord, 'frozen'>): NonNullable<WorkspaceRecord['frozen']> {
  return { at: timeAfter(frozen?.at) };
}

/** The mark of a workspace that is frozen no more. */
export function releasedNow({
  frozen,
}: Pick<WorkspaceRecord, 'frozen'>): NonNullable<WorkspaceRecord['frozen']> {
  return { at: timeAfter(frozen?.at), released: true };
}

/** Throws `conflict` for a frozen workspace, in which nothing may run. */
export function requireNotFrozen(record: Pick<WorkspaceRecord, 'name' | 'frozen'>): void {
  if (!isFrozen(record)) return;
  throw new CordonError(
    'conflict',
    l10n.t(
      'The workspace "{0}" was frozen by Panic. Release it first with "Cordon: Release after Panic".',
      record.name,
    ),
  );
}
