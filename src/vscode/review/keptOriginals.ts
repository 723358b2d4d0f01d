import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import type { FailureLog } from '../../shared/failureLog.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { ErrorWithActions, showError, type ErrorAction } from '../showError.ts';

/** Tells what an accept that was broken off has left in a folder, also where it was cancelled or nobody waits for it. */
export function tellLeftBehind({
  reviews,
  service,
  failures,
}: {
  readonly reviews: Pick<LazyReviews, 'onDidLeaveBehind'>;
  readonly service: Pick<WorkspaceService, 'get'>;
  readonly failures: FailureLog;
}): Disposable {
  return reviews.onDidLeaveBehind(({ workspaceId, error }) => {
    failures.write('an accept could not be taken back as a whole', error);
    const { code, message, originals } = error;
    const name = service.get(workspaceId)?.name ?? workspaceId;
    const told = new CordonError(code, vscode.l10n.t('Workspace {0}: {1}', name, message), error);
    const actions = originals === undefined ? [] : [openingOriginals(originals)];
    showError(new ErrorWithActions(told, ...actions));
  });
}

/** Opens the folder in which what could not be put back is kept. */
export function openingOriginals(folder: string): ErrorAction {
  return {
    title: vscode.l10n.t('Open Kept Files'),
    run: () =>
      vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow: true }),
  };
}
