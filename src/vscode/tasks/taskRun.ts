import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import { hasCode } from '../../shared/errors.ts';
import type { FailureLog } from '../../shared/failureLog.ts';
import type { Log } from '../../shared/log.ts';
import { HostPathsInOutput } from '../../workspaces/inside/hostPathsInOutput.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';
import type { OpenFolder, OpenFolders } from '../openFolders.ts';
import type { SessionTerminal } from '../sessionTerminal.ts';
import { parseTask, requestOfTask, type CordonTask } from './taskDefinition.ts';
import { makeRunning, workspaceOfTask } from './taskWorkspace.ts';

/** What running tasks needs. */
export interface TaskDependencies {
  readonly service: Pick<WorkspaceService, 'get' | 'list' | 'start' | 'resume' | 'openSession'>;
  readonly folders: Pick<OpenFolders, 'list' | 'isOf'>;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  readonly failures: FailureLog;
}

/** A task that VS Code wants run. */
export interface WantedTask {
  readonly name: string;
  readonly definition: unknown;
  /** Folders whose workspaces it may use. */
  readonly folders: readonly OpenFolder[];
}

/** Exit code of a task that could not be run at all. */
const notRun = 1;

/** Runs a task in its terminal, which closes with the exit code: that is how VS Code learns it. */
export async function runTask(
  terminal: SessionTerminal,
  wanted: WantedTask,
  dependencies: TaskDependencies,
): Promise<void> {
  try {
    const code = await exitCodeOf(terminal, parseTask(wanted.definition), wanted, dependencies);
    if (!terminal.isClosed) terminal.closeWith(code ?? notRun);
  } catch (error) {
    if (terminal.isClosed) return;
    if (!hasCode(error, 'cancelled'))
      dependencies.failures.write(`The task ${wanted.name} was not run`, error);
    terminal.say(errorSentence(error));
    terminal.closeWith(notRun);
  }
}

/** `undefined` where it was not run, or ended from outside; the terminal says why. */
async function exitCodeOf(
  terminal: SessionTerminal,
  task: CordonTask,
  wanted: WantedTask,
  dependencies: TaskDependencies,
): Promise<number | undefined> {
  const place = await workspaceOfTask(terminal, task.workspace, wanted, dependencies);
  if (!place || !(await makeRunning(terminal, place.id, dependencies)) || terminal.isClosed) return undefined;
  const request = requestOfTask(task, place.folder.path);
  terminal.place = { workspaceId: place.id, cwd: request.cwd ?? workspaceFolder };
  const end = await terminal.run(
    (size) => dependencies.service.openSession(place.id, { kind: 'task', ...request, terminal: size }),
    new HostPathsInOutput(place.folder.path),
  );
  switch (end.kind) {
    case 'exited':
      return end.code;
    case 'ended':
      return undefined;
    case 'failed':
      throw end.error;
  }
}
