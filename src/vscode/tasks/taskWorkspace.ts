import * as vscode from 'vscode';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutLinks } from '../inertText.ts';
import type { OpenFolder } from '../openFolders.ts';
import type { SessionTerminal } from '../sessionTerminal.ts';
import { mostActive } from '../statusBar.ts';
import { isPossible, shownStateOf } from '../workspaceActions.ts';
import type { TaskDependencies, WantedTask } from './taskRun.ts';

/** A workspace in which a task is to run, and the folder on this machine that it runs. */
interface TaskPlace {
  readonly id: string;
  readonly folder: OpenFolder;
}

/**
 * The workspace that a task names, or else the most active one of its folder. Offers to create one where there is none.
 * A task cannot reach the workspaces of other folders: what runs there sees files that this folder must not.
 */
export async function workspaceOfTask(
  terminal: SessionTerminal,
  name: string | undefined,
  wanted: WantedTask,
  dependencies: TaskDependencies,
): Promise<TaskPlace | undefined> {
  const [folder] = wanted.folders;
  if (!folder) {
    terminal.say(vscode.l10n.t('A workspace runs one folder. Open the folder first.'));
    return undefined;
  }
  const found = placeOf(name, wanted, dependencies);
  if (found) return found;
  const others = workspacesOf(wanted, dependencies).map((workspace) => workspace.name);
  if (name !== undefined && others.length > 0) {
    terminal.say(vscode.l10n.t('The folder has no workspace "{0}". It has: {1}.', name, others.join(', ')));
    return undefined;
  }
  terminal.say(vscode.l10n.t('The folder {0} has no workspace that the task could run in.', folder.name));
  const button = vscode.l10n.t('Create Workspace');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Task {0} needs a workspace of the folder.', withoutLinks(wanted.name)),
    button,
  );
  if (answer !== button || terminal.isClosed) return undefined;
  await vscode.commands.executeCommand('cordon.createWorkspace', folder.path);
  return placeOf(name, wanted, dependencies) ?? placeOf(undefined, wanted, dependencies);
}

/** Brings a workspace up for a task; one that somebody paused only after a question. */
export async function makeRunning(
  terminal: SessionTerminal,
  id: string,
  { service }: Pick<TaskDependencies, 'service'>,
): Promise<boolean> {
  const workspace = service.get(id);
  if (!workspace) return false;
  const state = shownStateOf(workspace);
  // The task itself wakes one that sleeps because nobody used it.
  if (state === 'running' || workspace.idle) return true;
  if (state === 'paused') {
    terminal.say(vscode.l10n.t('Workspace {0} is paused.', workspace.name));
    const button = vscode.l10n.t('Resume Workspace');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('Workspace {0} is paused.', withoutLinks(workspace.name)),
      button,
    );
    if (answer !== button || terminal.isClosed) return false;
    await terminal.whileStarting((options) => service.resume(id, options));
    return true;
  }
  terminal.say(vscode.l10n.t('Starting {0}', workspace.name));
  await terminal.whileStarting((options) => service.start(id, options));
  return true;
}

function placeOf(
  name: string | undefined,
  wanted: WantedTask,
  dependencies: TaskDependencies,
): TaskPlace | undefined {
  const own = workspacesOf(wanted, dependencies);
  const workspace =
    name === undefined
      ? (mostActive(own.filter((each) => isPossible('runCommand', each))) ?? own[0])
      : (own.find((each) => each.name === name) ?? own.find(({ id }) => id === name));
  const folder = workspace && wanted.folders.find((each) => dependencies.folders.isOf(workspace, each));
  return folder && { id: workspace.id, folder };
}

function workspacesOf(wanted: WantedTask, { service, folders }: TaskDependencies): Workspace[] {
  return service.list().filter((workspace) => wanted.folders.some((each) => folders.isOf(workspace, each)));
}
