import * as l10n from '@vscode/l10n';
import { nameKey } from '../isolation/workspaceName.ts';
import { CordonError } from '../shared/errors.ts';
import type { WorkspaceRecord } from './workspaceRecord.ts';
import { folderKey } from './workspaceSnapshot.ts';

/** Throws `workspaceExists` when another one of these is in the same folder under a name that reads the same. */
export function requireFreeName(record: WorkspaceRecord, records: readonly WorkspaceRecord[]): void {
  const key = nameKey(record.name);
  const folder = folderKey(record.folder);
  for (const other of records)
    if (other.id !== record.id && folderKey(other.folder) === folder && nameKey(other.name) === key)
      throw new CordonError(
        'workspaceExists',
        l10n.t('This folder has a workspace named "{0}" already. Choose another name.', other.name),
      );
}
