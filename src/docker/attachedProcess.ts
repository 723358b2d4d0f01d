import { type Duplex, finished, type Readable, type Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { ContainerProcess, ProcessRequest } from '../workspaces/engineProcesses.ts';
import type { EngineApi } from './engineApi.ts';
import { EngineRefusal, refusalError } from './engineErrors.ts';
import { inspectExec, type ExecFacts } from './execAnswer.ts';
import { inputOf, noInput, separateOutputs, terminalOutput } from './processStreams.ts';
import { StartFailure } from './startFailure.ts';

/** A process in a container at the other end of a hijacked connection. */
export class AttachedProcess implements ContainerProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exitCode: Promise<number>;
  private readonly api: EngineApi;
  private readonly execId: string;
  private readonly connection: Duplex;
  private isClosed = false;

  constructor(api: EngineApi, execId: string, connection: Duplex, request: ProcessRequest) {
    this.api = api;
    this.execId = execId;
    this.connection = connection;
    const outputs = request.terminal ? terminalOutput() : separateOutputs();
    const startFailure = new StartFailure(connection);
    this.stdout = outputs.stdout;
    this.stderr = outputs.stderr;
    this.stdin = request.stdin ? inputOf(connection) : noInput();
    connection.pipe(outputs.sink);
    this.exitCode = this.whenOutputsEnded(outputs.sink).then((exitCode) => {
      const words = startFailure.words(exitCode);
      if (words === undefined) return exitCode;
      throw refusalError(new EngineRefusal(400, words), { program: request.command[0] ?? '' });
    });
    // Whoever does not care for the exit code must not be ended by it.
    this.exitCode.catch(() => undefined);
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.api.json({
      method: 'POST',
      path: ['exec', this.execId, 'resize'],
      query: { h: rows, w: columns },
    });
  }

  close(): void {
    this.isClosed = true;
    this.connection.destroy();
  }

  private async whenOutputsEnded(sink: Writable): Promise<number> {
    // However the connection ends, the readers see an ordinary end, and the exit code tells what it was.
    await new Promise<void>((resolve) =>
      finished(this.connection, { writable: false }, () => {
        resolve();
      }),
    );
    if (!sink.destroyed)
      await new Promise<void>((resolve) =>
        finished(sink.end(), { readable: false }, () => {
          resolve();
        }),
      );
    await Promise.all([ended(this.stdout), ended(this.stderr)]);
    this.connection.destroy();
    return this.readExitCode();
  }

  /** The engine may close the streams a moment before it knows the exit code; a process may close them and go on. */
  private async readExitCode(): Promise<number> {
    for (let waitMs = 2; ; waitMs = Math.min(waitMs * 2, 1000)) {
      if (this.isClosed)
        throw new CordonError('cancelled', l10n.t('The connection to the process was closed.'));
      const { running, exitCode } = await this.inspect();
      if (!running && exitCode !== undefined) return exitCode;
      await delay(waitMs, undefined, { ref: false });
    }
  }

  private async inspect(): Promise<ExecFacts> {
    const lost = (cause?: unknown) =>
      new CordonError(
        'engineFailed',
        l10n.t('The engine or the container was lost, so the exit code of the process is not known.'),
        cause,
      );
    const facts = await inspectExec(this.api, this.execId).catch((error: unknown) => {
      throw lost(error);
    });
    if (!facts) throw lost();
    return facts;
  }
}

/** Once a complete output has been read; one that holds nothing unread keeps nobody waiting. */
function ended(stream: Readable): Promise<void> {
  if (stream.readableLength === 0) return Promise.resolve();
  return new Promise((resolve) =>
    finished(stream, { writable: false }, () => {
      resolve();
    }),
  );
}
