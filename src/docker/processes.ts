import type {
  ContainerProcess,
  EngineProcesses,
  MainProcessStreams,
  ProcessRequest,
} from '../workspaces/engineProcesses.ts';
import { AttachedProcess } from './attachedProcess.ts';
import { createdId } from './createdId.ts';
import type { EngineApi } from './engineApi.ts';
import { apiAtLeast, type EngineFacts } from './engineFacts.ts';
import { inspectExec } from './execAnswer.ts';
import type { ExecStarts } from './execStarts.ts';
import { inputOf, separateOutputs } from './processStreams.ts';

/** Hears the id of an exec before it starts, so that whoever watches the engine can tell our own from others. */
export type ExecAnnouncement = (execId: string) => Promise<void>;

/** Starts processes in running containers, and carries their streams and those of main processes. */
export class Processes implements EngineProcesses {
  private readonly api: EngineApi;
  private readonly facts: EngineFacts;
  private readonly starts: Pick<ExecStarts, 'start'>;
  private readonly announceExec: ExecAnnouncement;

  constructor(
    api: EngineApi,
    facts: EngineFacts,
    starts: Pick<ExecStarts, 'start'>,
    announceExec: ExecAnnouncement,
  ) {
    this.api = api;
    this.facts = facts;
    this.starts = starts;
    this.announceExec = announceExec;
  }

  async startProcess(request: ProcessRequest): Promise<ContainerProcess> {
    const { terminal } = request;
    const about = { program: request.command[0] ?? '' };
    const size = this.consoleSize(terminal);
    const answer = await this.api.json({
      method: 'POST',
      path: ['containers', request.containerId, 'exec'],
      body: { ...execOptions(request), ...size },
      about,
    });
    const execId = createdId(answer, 'exec');
    await this.announceExec(execId);
    const connection = await this.starts.start(request.containerId, execId, () =>
      this.api.hijack({
        method: 'POST',
        path: ['exec', execId, 'start'],
        body: { Detach: false, Tty: terminal !== undefined, ...size },
        about,
      }),
    );
    const process = new AttachedProcess(this.api, execId, connection, request);
    // Older engines cannot be told the size beforehand; a process that is over already needs none.
    if (terminal && !size) await process.resize(terminal.columns, terminal.rows).catch(() => undefined);
    return process;
  }

  async attachMainProcess(containerId: string): Promise<MainProcessStreams> {
    const connection = await this.api.hijack({
      method: 'POST',
      path: ['containers', containerId, 'attach'],
      query: { stream: true, stdin: true, stdout: true },
    });
    const { sink, stdout, stderr } = separateOutputs();
    stderr.resume();
    connection.pipe(sink);
    return { stdin: inputOf(connection), stdout, close: () => connection.destroy() };
  }

  inspectCommand(execId: string): ReturnType<EngineProcesses['inspectCommand']> {
    return inspectExec(this.api, execId);
  }

  private consoleSize(terminal: ProcessRequest['terminal']) {
    return terminal && apiAtLeast(this.facts.info.apiVersion, '1.42')
      ? { ConsoleSize: [terminal.rows, terminal.columns] }
      : undefined;
  }
}

function execOptions(request: ProcessRequest) {
  return {
    AttachStdin: request.stdin,
    AttachStdout: true,
    AttachStderr: true,
    Tty: request.terminal !== undefined,
    Privileged: false,
    Cmd: [...request.command],
    WorkingDir: request.cwd,
    Env: Object.entries(request.env).map(([name, value]) => `${name}=${value}`),
    ...(request.user === undefined ? {} : { User: request.user }),
  };
}
