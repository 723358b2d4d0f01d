import * as vscode from 'vscode';
import { changeWorkspaces, type Change, type ChangeDependencies } from './changeWorkspaces.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';
import { withWaysOut, type WayOutDependencies } from './waysOut.ts';

type State = 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'restore';
type Dependencies<K extends State> = ChangeDependencies<K> &
  WayOutDependencies & { readonly targets: Pick<Targets, 'several'> };

/** Starts the workspaces that are meant. */
export function startWorkspaces(dependencies: Dependencies<'start'>): Command {
  return changing(dependencies, {
    operation: 'start',
    title: (name) => vscode.l10n.t('Starting {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Starting {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Started {0} of {1} workspaces.', done, all),
  });
}

/** Stops the workspaces that are meant. */
export function stopWorkspaces(dependencies: Dependencies<'stop'>): Command {
  return changing(dependencies, {
    operation: 'stop',
    title: (name) => vscode.l10n.t('Stopping {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Stopping {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Stopped {0} of {1} workspaces.', done, all),
  });
}

/** Restarts the workspaces that are meant. */
export function restartWorkspaces(dependencies: Dependencies<'restart'>): Command {
  return changing(dependencies, {
    operation: 'restart',
    title: (name) => vscode.l10n.t('Restarting {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Restarting {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Restarted {0} of {1} workspaces.', done, all),
  });
}

/** Freezes the processes of the workspaces that are meant. */
export function pauseWorkspaces(dependencies: Dependencies<'pause'>): Command {
  return changing(dependencies, {
    operation: 'pause',
    title: (name) => vscode.l10n.t('Pausing {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Pausing {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Paused {0} of {1} workspaces.', done, all),
  });
}

/** Lets the frozen processes of the workspaces that are meant run on. */
export function resumeWorkspaces(dependencies: Dependencies<'resume'>): Command {
  return changing(dependencies, {
    operation: 'resume',
    title: (name) => vscode.l10n.t('Resuming {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Resuming {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Resumed {0} of {1} workspaces.', done, all),
  });
}

/** Brings archived workspaces back; their next start makes a new container. */
export function restoreWorkspaces(dependencies: Dependencies<'restore'>): Command {
  return changing(dependencies, {
    operation: 'restore',
    title: (name) => vscode.l10n.t('Restoring {0}', name),
    titleOfAll: (count) => vscode.l10n.t('Restoring {0} workspaces', count),
    outcome: (done, all) => vscode.l10n.t('Restored {0} of {1} workspaces.', done, all),
  });
}

function changing<K extends State>(dependencies: Dependencies<K>, change: Change<K>): Command {
  return async (...args) => {
    const chosen = await dependencies.targets.several(change.operation, args);
    const [first] = chosen;
    try {
      await changeWorkspaces(dependencies, chosen, change);
    } catch (error) {
      // Of many, what failed is told without it.
      throw first ? withWaysOut(error, first, dependencies) : error;
    }
  };
}
