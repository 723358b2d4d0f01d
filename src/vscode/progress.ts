import * as vscode from 'vscode';
import { CordonError } from '../shared/errors.ts';
import type { OperationOptions } from '../workspaces/workspace.ts';
import { withoutLinks } from './inertText.ts';

/** What an operation under progress gets: a signal that its Cancel button aborts, and where to tell its steps. */
export type ProgressOptions = Required<Pick<OperationOptions, 'signal' | 'onProgress'>>;

/** Runs what is short and cannot be broken off, with a notification of it. */
export async function withoutCancel<T>(title: string, run: () => Promise<T>): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title) },
    run,
  );
}

/** Runs an operation with its steps and a Cancel button in a notification. Rejects with `cancelled` after Cancel. */
export async function withProgress<T>(
  title: string,
  run: (options: ProgressOptions) => Promise<T>,
): Promise<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => {
        controller.abort(new CordonError('cancelled', vscode.l10n.t('Cancelled.')));
        progress.report({ message: vscode.l10n.t('cancelling…') });
      });
      let done = 0;
      try {
        return await run({
          signal: controller.signal,
          onProgress: (step, fraction) => {
            if (controller.signal.aborted) return;
            const message = withoutLinks(step);
            const increment = Math.max(0, Math.min(1, fraction ?? 0) - done) * 100;
            done += increment / 100;
            progress.report(increment > 0 ? { message, increment } : { message });
          },
        });
      } finally {
        subscription.dispose();
      }
    },
  );
}
