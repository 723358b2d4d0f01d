import { makeTasks } from './makeTasks.ts';
import { npmTasks } from './npmTasks.ts';
import { projectFolders } from './projectFolders.ts';
import type { ProjectTask } from './projectTask.ts';
import { toolTasks } from './toolTasks.ts';

const mostTasks = 500;

/** What the projects in a folder say how to run. Reads a few files of theirs, and runs nothing. */
export async function findProjectTasks(root: string): Promise<readonly ProjectTask[]> {
  const tasks: ProjectTask[] = [];
  for await (const folder of projectFolders(root)) {
    for (const find of [npmTasks, makeTasks, toolTasks]) tasks.push(...(await find(folder)));
    if (tasks.length >= mostTasks) break;
  }
  return tasks.slice(0, mostTasks).map((task) =>
    // A matcher takes paths for relative to the opened folder: below it, it would point at files that are others.
    task.folder === '' ? task : { ...task, matchers: [] },
  );
}
