import * as vscode from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';
import type { TaskDependencies } from './taskRun.ts';

/** Offers what the open folders say how to run as tasks in Cordon, and runs the tasks of type `cordon`. */
export function registerTasks(dependencies: TaskDependencies): Disposable {
  return vscode.tasks.registerTaskProvider('cordon', {
    provideTasks: async () => {
      const { offeredTasks } = await import('./offeredTasks.ts');
      return await offeredTasks(dependencies);
    },
    resolveTask: async (task) => {
      const { withExecution } = await import('./offeredTasks.ts');
      return withExecution(task, dependencies);
    },
  });
}
