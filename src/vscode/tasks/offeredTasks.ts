import * as vscode from 'vscode';
import { findProjectTasks } from '../../workspaces/tasks/findProjectTasks.ts';
import type { ProjectTask } from '../../workspaces/tasks/projectTask.ts';
import { withoutIcons } from '../inertText.ts';
import type { OpenFolder } from '../openFolders.ts';
import { SessionTerminal } from '../sessionTerminal.ts';
import { runTask, type TaskDependencies } from './taskRun.ts';

const source = 'Cordon';

/** What is found in the open folders, as tasks that run in their workspaces. */
export async function offeredTasks(dependencies: TaskDependencies): Promise<vscode.Task[]> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const found = await Promise.all(
    folders.map(async (folder) => {
      const tasks = await findProjectTasks(folder.uri.fsPath);
      return tasks.map((task) => taskOf(task, folder, dependencies));
    }),
  );
  return found.flat();
}

/** A task out of `tasks.json`, with what runs it. VS Code wants the definition back as it was. */
export function withExecution(task: vscode.Task, dependencies: TaskDependencies): vscode.Task {
  const scope = task.scope ?? vscode.TaskScope.Workspace;
  return new vscode.Task(
    task.definition,
    scope,
    task.name,
    source,
    executionOf(task.name, scope, dependencies),
    task.problemMatchers,
  );
}

function taskOf(
  found: ProjectTask,
  folder: vscode.WorkspaceFolder,
  dependencies: TaskDependencies,
): vscode.Task {
  const name = withoutIcons(found.folder === '' ? found.name : `${found.name} (${found.folder})`);
  const task = new vscode.Task(
    {
      type: 'cordon',
      command: found.command,
      ...(found.args.length > 0 && { args: [...found.args] }),
      ...(found.folder !== '' && { cwd: found.folder }),
    },
    folder,
    name,
    source,
    executionOf(name, folder, dependencies),
    [...found.matchers],
  );
  task.detail = vscode.l10n.t('In Cordon: runs in the workspace of the folder');
  task.isBackground = found.isBackground === true;
  const group = groupOf(found.group);
  if (group) task.group = group;
  return task;
}

function groupOf(group: ProjectTask['group']): vscode.TaskGroup | undefined {
  switch (group) {
    case 'build':
      return vscode.TaskGroup.Build;
    case 'test':
      return vscode.TaskGroup.Test;
    case 'clean':
      return vscode.TaskGroup.Clean;
    case undefined:
      return undefined;
  }
}

/** VS Code asks for the terminal each time that the task runs, with the variables in its definition replaced. */
function executionOf(
  name: string,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  dependencies: TaskDependencies,
): vscode.CustomExecution {
  return new vscode.CustomExecution((definition) => {
    const terminal = new SessionTerminal(dependencies.log);
    terminal.onOpen = () => {
      void runTask(terminal, { name, definition, folders: foldersOf(scope, dependencies) }, dependencies);
    };
    return Promise.resolve(terminal);
  });
}

/** The folders whose workspaces a task may use: its own, or any that is open for one of the person or of all folders. */
function foldersOf(
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  { folders }: TaskDependencies,
): readonly OpenFolder[] {
  if (typeof scope !== 'object') return folders.list();
  return scope.uri.scheme === 'file' ? [{ name: scope.name, path: scope.uri.fsPath }] : [];
}
