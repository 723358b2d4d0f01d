import * as vscode from 'vscode';
import type { BatchOperation, BatchResult } from '../../workspaces/batch.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import type { ReadonlyDocuments } from '../readonlyDocuments.ts';

/** One operation on one or many workspaces, in a person's words. */
export interface Change<K extends BatchOperation> {
  readonly operation: K;
  title(name: string): string;
  titleOfAll(count: number): string;
  /** How many of how many came to what was wanted. */
  outcome(done: number, all: number): string;
}

export interface ChangeDependencies<K extends BatchOperation> {
  readonly service: Pick<WorkspaceService, K | 'batch' | 'get'>;
  readonly documents: Pick<ReadonlyDocuments, 'show'>;
  /** Runs what a button of a message asks for as a command is run. */
  readonly runLater: (work: () => Promise<void>) => void;
}

type Target = Pick<Workspace, 'id' | 'name'>;
type Failure = Target & { readonly problem: string };

/** As many failures stand in the message itself. */
const fewFailures = 3;

/** Does the same with one workspace, or with many under one progress and with one summary that offers a retry. */
export async function changeWorkspaces<K extends BatchOperation>(
  dependencies: ChangeDependencies<K>,
  workspaces: readonly Target[],
  change: Change<K>,
): Promise<void> {
  const [first] = workspaces;
  if (!first) return;
  const service: Pick<WorkspaceService, BatchOperation> & Pick<WorkspaceService, 'batch'> =
    dependencies.service as WorkspaceService;
  if (workspaces.length === 1) {
    await withProgress<unknown>(change.title(first.name), (options) =>
      service[change.operation](first.id, options),
    );
    return;
  }
  const ids = workspaces.map(({ id }) => id);
  const result = await withProgress(change.titleOfAll(ids.length), (options) =>
    service.batch(change.operation, ids, options),
  );
  tell(dependencies, workspaces, change, result);
}

function tell<K extends BatchOperation>(
  dependencies: ChangeDependencies<K>,
  workspaces: readonly Target[],
  change: Change<K>,
  { results }: BatchResult,
): void {
  const failures = failuresOf(workspaces, results);
  const done = results.filter(({ ok }) => ok).length;
  const cancelled = results.length - done - failures.length;
  // Whoever cancelled all of it knows.
  if (done === 0 && failures.length === 0) return;
  const sentences = [
    change.outcome(done, results.length),
    ...(cancelled > 0 ? [vscode.l10n.t('Cancelled: {0}.', cancelled)] : []),
  ];
  if (failures.length === 0) {
    void vscode.window.showInformationMessage(sentences.join(' '));
    return;
  }
  const isFew = failures.length <= fewFailures;
  const told = isFew ? failures.map(lineOf) : [vscode.l10n.t('{0} failed.', failures.length)];
  const retry = vscode.l10n.t('Retry');
  const details = vscode.l10n.t('Show Details');
  const log = vscode.l10n.t('Show Log');
  const buttons = isFew ? [retry, log] : [retry, details, log];
  void vscode.window
    .showErrorMessage(withoutLinks([...sentences, ...told].join(' ')), ...buttons)
    .then((button) => {
      if (button === retry) {
        dependencies.runLater(async () => {
          const left = failures.filter(({ id }) => dependencies.service.get(id) !== undefined);
          await changeWorkspaces(dependencies, left, change);
        });
      } else if (button === details) {
        dependencies.runLater(async () => {
          const lines = [...sentences, '', ...failures.map(lineOf), ''];
          await dependencies.documents.show(vscode.l10n.t('What failed'), lines.join('\n'));
        });
      } else if (button === log) void vscode.commands.executeCommand('cordon.showLog');
    });
}

function failuresOf(workspaces: readonly Target[], results: BatchResult['results']): readonly Failure[] {
  return results.flatMap(({ id, error }) =>
    error === undefined || error.code === 'cancelled'
      ? []
      : [{ id, name: workspaces.find((one) => one.id === id)?.name ?? id, problem: error.message }],
  );
}

function lineOf({ name, problem }: Failure): string {
  return `${name}: ${problem}`;
}
