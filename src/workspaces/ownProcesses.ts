import pTimeout from 'p-timeout';
import { beginOf } from '../shared/beginOf.ts';
import { describeError } from '../shared/describeError.ts';
import type { Log } from '../shared/log.ts';
import type { ContainerEngine, EngineSource } from './containerEngine.ts';
import { sessionVariable, signalSession } from './endProcesses.ts';
import type { ContainerProcess } from './engineProcesses.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { requireRunning } from './requireRunning.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** By it one of them is known; those of one forwarded port share the variable of sessions. */
const ownVariable = 'CORDON_PROCESS_ID';

/** Characters kept of what a short command prints; a list of listening ports begins with what counts. */
const keptCharacters = 262_144;
const commandMs = 5000;
const killMs = 5000;

/** A process that Cordon itself needs, for a port or a file. It is no session, and counts for nothing. */
export interface OwnProcess {
  readonly process: ContainerProcess;
  /** Kills it and all that it started; whether that worked shows in its end. */
  readonly kill: () => Promise<void>;
}

interface Parts {
  readonly store: Pick<WorkspaceStore, 'record' | 'container'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
  readonly log: Log;
}

/** Starts and ends the processes in workspaces with which ports are noticed and reached, and files read. */
export class OwnProcesses {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Rejects as `requireRunning` does, and where the program is missing. */
  async start(
    workspaceId: string,
    command: readonly string[],
    options: { readonly sessionId?: string; readonly stdin?: boolean } = {},
  ): Promise<OwnProcess> {
    const { engines, neighbours, store } = this.parts;
    return await neighbours.whileFree(workspaceId, async () => {
      const engine = await engines.get();
      const containerId = requireRunning(store, workspaceId);
      const id = crypto.randomUUID();
      const process = await engine.startProcess({
        containerId,
        command,
        cwd: '/',
        env: {
          [ownVariable]: id,
          ...(options.sessionId !== undefined && { [sessionVariable]: options.sessionId }),
        },
        stdin: options.stdin ?? false,
      });
      return {
        process,
        kill: () => this.kill(engine, { containerId, sessionId: id, variable: ownVariable }),
      };
    });
  }

  /** Runs a short command and gives what it prints, the errors last. Rejects where it does not end soon, too. */
  async read(workspaceId: string, command: readonly string[]): Promise<string> {
    const { process, kill } = await this.start(workspaceId, command);
    try {
      const [output, errors] = await pTimeout(
        Promise.all([
          beginOf(process.stdout, keptCharacters),
          beginOf(process.stderr, keptCharacters),
          process.exitCode,
        ]),
        { milliseconds: commandMs },
      );
      return output + errors;
    } catch (error) {
      // Whoever never ends must not come together with the next one.
      await kill();
      process.close();
      throw error;
    }
  }

  /** Kills whatever carries connections of a forwarded port. */
  async killSession(containerId: string, sessionId: string): Promise<void> {
    const engine = await this.parts.engines.get();
    await this.kill(engine, { containerId, sessionId });
  }

  private async kill(engine: ContainerEngine, place: Parameters<typeof signalSession>[1]): Promise<void> {
    try {
      await pTimeout(signalSession(engine, place, 'KILL'), { milliseconds: killMs });
    } catch (error) {
      this.parts.log.debug(`A process of Cordon in a container could not be killed: ${describeError(error)}`);
    }
  }
}
