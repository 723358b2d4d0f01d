import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import pTimeout from 'p-timeout';
import { describeError } from '../../shared/describeError.ts';
import { CordonError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import { containerIdOf } from '../containerState.ts';
import { sessionVariable } from '../endProcesses.ts';
import type { ContainerProcess, ProcessRequest } from '../engineProcesses.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import { notRunning } from '../notRunning.ts';
import { requireRunning } from '../requireRunning.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { HeldProcess } from './heldProcess.ts';
import { holders, type Holder } from './holders.ts';

/** How long a holder may take to answer. */
const answerMs = 5000;
/** Between two looks whether an engine that was lost is back. */
const longestWaitMs = 1000;

type Engine = Pick<ContainerEngine, 'hasFile' | 'startProcess'>;

interface Program {
  readonly holder: Holder;
  readonly path: string;
}

/** A terminal that is held in the container, by its session. */
export interface HeldPlace {
  readonly workspaceId: string;
  readonly containerId: string;
  readonly sessionId: string;
}

/** Starts terminals that outlive their windows, where the image has something that can hold one, and finds them again. */
export class TerminalHolding {
  private readonly parts: {
    readonly store: Pick<WorkspaceStore, 'record' | 'container' | 'has'>;
    readonly engines: Pick<EngineSource, 'get'>;
    readonly neighbours: Pick<FrozenNeighbours, 'whileFree'>;
    /** How long a terminal is held that nobody is connected to; 0 where none is to be held. */
    readonly keepAliveMs: () => number;
    /** Whether something is done with the workspace just now, a restart for example. */
    readonly isBusy: (workspaceId: string) => boolean;
    readonly log: Pick<Log, 'debug'>;
  };

  constructor(parts: TerminalHolding['parts']) {
    this.parts = parts;
  }

  /** `undefined` where nothing in the image can hold a terminal, or none is to be held. */
  async start(
    engine: Engine,
    place: HeldPlace,
    request: Omit<ProcessRequest, 'terminal' | 'stdin'> & Required<Pick<ProcessRequest, 'terminal'>>,
  ): Promise<ContainerProcess | undefined> {
    if (this.keepAliveSeconds === 0) return undefined;
    const { terminal, ...rest } = request;
    const held = { id: place.sessionId, keepAliveSeconds: this.keepAliveSeconds, ...terminal };
    for (const program of await programsIn(engine, place.containerId)) {
      const command = program.holder.start(program.path, { ...held, command: request.command });
      const process = await engine.startProcess({ ...rest, command, stdin: true });
      const found = await this.follow(process, place, program, false);
      if (found) return found;
    }
    return undefined;
  }

  /** Connects to a terminal that an earlier window left. Rejects where it is not there any more. */
  async join(place: HeldPlace): Promise<ContainerProcess> {
    const engine = await this.parts.engines.get();
    for (const program of await programsIn(engine, place.containerId)) {
      const found = await this.follow(await this.connect(place, program, 0), place, program, true);
      if (found) return found;
    }
    throw new CordonError('notRunning', l10n.t('The terminal has ended meanwhile.'));
  }

  /** Time is rounded up, so that little is not nothing. */
  private get keepAliveSeconds(): number {
    return Math.ceil(this.parts.keepAliveMs() / 1000);
  }

  private async follow(
    process: ContainerProcess,
    place: HeldPlace,
    program: Program,
    isForNewTerminal: boolean,
  ): Promise<HeldProcess | undefined> {
    const held = new HeldProcess(process, {
      isForNewTerminal,
      rejoin: (position, isWanted) => this.rejoin(place, program, position, isWanted),
    });
    if (await pTimeout(held.isThere, { milliseconds: answerMs, fallback: () => false })) return held;
    held.close();
    return undefined;
  }

  /** Tries until the engine is back, the container is not the same any more, or the holder will have given up. */
  private async rejoin(
    place: HeldPlace,
    program: Program,
    position: number,
    isWanted: () => boolean,
  ): Promise<ContainerProcess | undefined> {
    const lastMs = performance.now() + this.parts.keepAliveMs();
    for (
      let waitMs = 50;
      isWanted() && this.mayBeThere(place);
      waitMs = Math.min(2 * waitMs, longestWaitMs)
    ) {
      // While an operation is under way, nothing but that tells what runs.
      if (!this.parts.isBusy(place.workspaceId))
        try {
          return await this.connect(place, program, position);
        } catch (error) {
          this.parts.log.debug(`A terminal could not be reached yet: ${describeError(error)}`);
        }
      if (performance.now() > lastMs) return undefined;
      await delay(waitMs, undefined, { ref: false });
    }
    return undefined;
  }

  private mayBeThere({ workspaceId, containerId }: HeldPlace): boolean {
    const { store } = this.parts;
    if (!store.has(workspaceId)) return false;
    const container = store.container(workspaceId);
    if (container.kind === 'unknown') return true;
    const mayRun =
      container.kind === 'running' || container.kind === 'paused' || container.kind === 'stopping';
    return mayRun && containerIdOf(container) === containerId;
  }

  private async connect(
    { workspaceId, containerId, sessionId }: HeldPlace,
    { holder, path }: Program,
    position: number,
  ): Promise<ContainerProcess> {
    const { engines, neighbours, store } = this.parts;
    return await neighbours.whileFree(workspaceId, async () => {
      const engine = await engines.get();
      if (requireRunning(store, workspaceId) !== containerId)
        throw notRunning(store.record(workspaceId).name);
      const held = { id: sessionId, keepAliveSeconds: this.keepAliveSeconds, position };
      return await engine.startProcess({
        ...{ containerId, command: holder.join(path, held), cwd: '/', stdin: true },
        env: { [sessionVariable]: sessionId },
      });
    });
  }
}

/** What is in the container that can hold a terminal; whether it works shows when it is started. */
async function programsIn(engine: Pick<Engine, 'hasFile'>, containerId: string): Promise<readonly Program[]> {
  const found: Program[] = [];
  for (const holder of holders)
    for (const path of holder.places)
      if (await engine.hasFile(containerId, path)) {
        found.push({ holder, path });
        break;
      }
  return found;
}
