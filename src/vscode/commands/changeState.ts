import * as vscode from 'vscode';
import { CordonError } from '../../shared/errors.ts';
import type { BatchResult } from '../../workspaces/batch.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { withProgress, type ProgressOptions } from '../progress.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

interface Dependencies<K extends keyof WorkspaceService> {
  readonly service: Pick<WorkspaceService, K>;
  readonly targets: Pick<Targets, 'one' | 'several'>;
}

/** Starts the workspaces that are meant. */
export function startWorkspaces({ service, targets }: Dependencies<'start' | 'batch'>): Command {
  return async (...args) => {
    const chosen = await targets.several('start', args);
    await changeAll(chosen, {
      title: (name) => vscode.l10n.t('Starting {0}', name),
      titleOfAll: vscode.l10n.t('Starting {0} workspaces', chosen.length),
      one: (id, options) => service.start(id, options),
      all: (ids, options) => service.batch('start', ids, options),
    });
  };
}

/** Stops the workspaces that are meant. */
export function stopWorkspaces({ service, targets }: Dependencies<'stop' | 'batch'>): Command {
  return async (...args) => {
    const chosen = await targets.several('stop', args);
    await changeAll(chosen, {
      title: (name) => vscode.l10n.t('Stopping {0}', name),
      titleOfAll: vscode.l10n.t('Stopping {0} workspaces', chosen.length),
      one: (id, options) => service.stop(id, options),
      all: (ids, options) => service.batch('stop', ids, options),
    });
  };
}

/** Restarts the workspaces that are meant. */
export function restartWorkspaces({ service, targets }: Dependencies<'restart' | 'batch'>): Command {
  return async (...args) => {
    const chosen = await targets.several('restart', args);
    await changeAll(chosen, {
      title: (name) => vscode.l10n.t('Restarting {0}', name),
      titleOfAll: vscode.l10n.t('Restarting {0} workspaces', chosen.length),
      one: (id, options) => service.restart(id, options),
      all: (ids, options) => service.batch('restart', ids, options),
    });
  };
}

/** Freezes the processes of a workspace. */
export function pauseWorkspace({ service, targets }: Dependencies<'pause'>): Command {
  return async (...args) => {
    const workspace = await targets.one('pause', args);
    if (!workspace) return;
    await withProgress(vscode.l10n.t('Pausing {0}', workspace.name), (options) =>
      service.pause(workspace.id, options),
    );
  };
}

/** Lets the frozen processes of a workspace run on. */
export function resumeWorkspace({ service, targets }: Dependencies<'resume'>): Command {
  return async (...args) => {
    const workspace = await targets.one('resume', args);
    if (!workspace) return;
    await withProgress(vscode.l10n.t('Resuming {0}', workspace.name), (options) =>
      service.resume(workspace.id, options),
    );
  };
}

/** Brings an archived workspace back; its next start makes a new container. */
export function restoreWorkspace({ service, targets }: Dependencies<'restore'>): Command {
  return async (...args) => {
    const workspace = await targets.one('restore', args);
    if (!workspace) return;
    await withProgress(vscode.l10n.t('Restoring {0}', workspace.name), (options) =>
      service.restore(workspace.id, options),
    );
  };
}

/** Does the same with one workspace, or with many under one progress and one report. */
export async function changeAll(
  workspaces: readonly { readonly id: string; readonly name: string }[],
  change: {
    title(name: string): string;
    readonly titleOfAll: string;
    one(id: string, options: ProgressOptions): Promise<unknown>;
    all(ids: readonly string[], options: ProgressOptions): Promise<BatchResult>;
  },
): Promise<void> {
  const [first] = workspaces;
  if (!first) return;
  if (workspaces.length === 1) {
    await withProgress(change.title(first.name), (options) => change.one(first.id, options));
    return;
  }
  const ids = workspaces.map(({ id }) => id);
  const { results } = await withProgress(change.titleOfAll, (options) => change.all(ids, options));
  const failed = results.flatMap(({ id, error }) => (error === undefined ? [] : [{ id, error }]));
  const worth = failed.filter(({ error }) => error.code !== 'cancelled');
  const [firstFailed] = worth;
  if (!firstFailed) return;
  const nameOf = (id: string) => workspaces.find((workspace) => workspace.id === id)?.name ?? id;
  throw new CordonError(
    firstFailed.error.code,
    vscode.l10n.t(
      '{0} of {1} workspaces failed. {2}',
      worth.length,
      workspaces.length,
      worth.map(({ id, error }) => `${nameOf(id)}: ${error.message}`).join(' '),
    ),
  );
}
