import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** The error of whatever needs a workspace that is not archived. */
export function archived(name: string): CordonError {
  return new CordonError(
    'workspaceArchived',
    l10n.t('The workspace "{0}" is archived. Restore it first.', name),
  );
}
