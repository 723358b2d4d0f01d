import { setTimeout as delay } from 'node:timers/promises';
import pTimeout from 'p-timeout';
import type * as vscode from 'vscode';
import type { LanguageServerEntry } from '../../languageServers/catalogue.ts';
import type { GateOptions } from '../../languageServers/gateOptions.ts';
import { MessageGate } from '../../languageServers/messageGate.ts';
import { Restarts } from '../../languageServers/restarts.ts';
import { CordonError } from '../../shared/errors.ts';
import { Emitter } from '../../shared/event.ts';
import type { Disposable } from '../../shared/disposable.ts';
import type { Session } from '../../workspaces/session.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { protocolDocuments } from './documentSelectors.ts';
import { GuardedClient } from './guardedClient.ts';
import { ServerConnection } from './serverConnection.ts';
import { writeServerOutput } from './serverOutput.ts';

const longestStartMs = 120_000;
const longestFarewellMs = 2000;

/** How a server fares: `over` is one that nobody starts again, because its workspace went away. */
export type RunState = 'starting' | 'running' | 'waiting' | 'failed' | 'over';

export interface RunParts {
  readonly workspaceId: string;
  readonly entry: LanguageServerEntry;
  readonly folder: vscode.WorkspaceFolder;
  readonly gate: GateOptions;
  readonly channel: vscode.LogOutputChannel;
  readonly service: Pick<WorkspaceService, 'openSession' | 'get'>;
}

/** One language server of a workspace: started, started again when it ends by itself, and ended with the workspace. */
export class ServerRun implements Disposable {
  readonly parts: RunParts;
  private readonly changes = new Emitter<RunState>();
  readonly onDidChange = this.changes.event;
  private readonly restarts = new Restarts();
  private readonly ending = new AbortController();
  private current: ServerConnection | undefined;
  private stateNow: RunState = 'starting';

  constructor(parts: RunParts) {
    this.parts = parts;
    void this.run();
  }

  get state(): RunState {
    return this.stateNow;
  }

  /** Ends the server that runs, so that another one takes its place at once. */
  restart(): void {
    this.restarts.forget();
    if (this.stateNow === 'failed') void this.run();
    else this.current?.end('it was restarted');
  }

  /** Ends the server quietly. */
  dispose(): void {
    this.ending.abort();
    // One that runs is told to end; one that only starts cannot be.
    if (this.stateNow !== 'running') this.current?.end('it was ended');
  }

  private isEnding(): boolean {
    return this.ending.signal.aborted;
  }

  private async run(): Promise<void> {
    const { channel } = this.parts;
    while (!this.isEnding()) {
      this.become('starting');
      const why = await this.once();
      if (this.isEnding() || why === undefined) break;
      const waitMs = this.restarts.next();
      channel.warn(`The language server ended: ${why}`);
      if (waitMs === undefined) {
        this.become('failed');
        return;
      }
      this.become('waiting');
      await delay(waitMs, undefined, { signal: this.ending.signal }).catch(() => undefined);
    }
    this.become('over');
  }

  /** Runs the server until it ends and says why; `undefined` where the workspace does not let it run. */
  private async once(): Promise<string | undefined> {
    const { service, workspaceId, entry, channel } = this.parts;
    let session: Session;
    try {
      session = await service.openSession(workspaceId, {
        kind: 'languageServer',
        command: entry.command,
        stdin: true,
      });
    } catch (error) {
      if (error instanceof CordonError && error.code !== 'invalidRequest') return undefined;
      return 'it could not be started';
    }
    const connection = new ServerConnection(session, new MessageGate(this.parts.gate));
    this.current = connection;
    void writeServerOutput(session.stderr, channel);
    const client = this.client(connection);
    if (this.isEnding()) connection.end('it was ended');
    try {
      await pTimeout(Promise.race([client.start(), connection.closed]), { milliseconds: longestStartMs });
      if (client.isRunning()) this.become('running');
      const why = await Promise.race([connection.closed, this.whenEnding()]);
      const exitCode = await pTimeout(session.exitCode, { milliseconds: 500, fallback: () => undefined });
      return exitCode === undefined ? why : `${why} (exit code ${exitCode})`;
    } catch (error) {
      return error instanceof Error ? error.message.slice(0, 1000) : 'it could not be started';
    } finally {
      this.current = undefined;
      await this.farewell(client, connection, session);
    }
  }

  private async farewell(
    client: GuardedClient,
    connection: ServerConnection,
    session: Session,
  ): Promise<void> {
    const { service, workspaceId } = this.parts;
    await client.dispose(longestFarewellMs).catch(() => undefined);
    connection.end('it was ended');
    session.stdin.end();
    // With its container gone there is nothing left to end, and in a paused one nothing can be.
    if (service.get(workspaceId)?.container.kind === 'running') await session.end();
  }

  private client(connection: ServerConnection): GuardedClient {
    const { entry, folder, channel, workspaceId } = this.parts;
    return new GuardedClient({
      id: `cordon.${entry.name}.${workspaceId}`,
      name: `${entry.name} (Cordon)`,
      selector: protocolDocuments(entry, folder.uri),
      folder,
      initializationOptions: entry.initializationOptions,
      channel,
      connection,
    });
  }

  private whenEnding(): Promise<string> {
    return new Promise((resolve) => {
      this.ending.signal.addEventListener('abort', () => {
        resolve('it was ended');
      });
    });
  }

  private become(state: RunState): void {
    this.stateNow = state;
    this.changes.fire(state);
  }
}
