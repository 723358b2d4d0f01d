import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import { CordonError, toCordonError } from '../shared/errors.ts';
import { Emitter } from '../shared/event.ts';
import type { Log } from '../shared/log.ts';
import type {
  ContainerEngine,
  EngineAttempt,
  EngineSource,
  EngineState,
} from '../workspaces/containerEngine.ts';
import type { ActivityEvent, ContainerEvent } from '../workspaces/engineEvents.ts';
import type { ConnectedEngine } from './connectedEngine.ts';
import { withDeadline } from './deadline.ts';
import type { EngineCandidate } from './engineCandidates.ts';
import { EventMemory } from './eventMemory.ts';
import { findEngine, NoEngineFound } from './findEngine.ts';
import type { NetworkAddresses } from './ownSubnets.ts';
import type { ExecAnnouncement } from './processes.ts';

/** Waiting between the tries to find an engine again, in milliseconds. */
const backOff = { minTimeout: 250, factor: 2, randomize: true } as const;
/** Who starts an engine here sees it within seconds; another machine may count the logins that fail. */
const longestPauseMs = { here: 3000, elsewhere: 30_000 } as const;

export interface DockerConnectionOptions {
  /** Where to look, asked anew for every try, for settings and contexts change. */
  candidates(): Promise<readonly EngineCandidate[]>;
  /** Hears of every process before it starts. */
  readonly announceExec?: ExecAnnouncement;
  readonly addresses: NetworkAddresses;
  readonly log: Log;
}

/** Finds a Docker-compatible engine when it is first needed, follows its events, and finds it again once it was lost. */
export class DockerConnection implements EngineSource {
  private readonly options: DockerConnectionOptions;
  private readonly stateEmitter = new Emitter<EngineState>();
  private readonly eventEmitter = new Emitter<ContainerEvent>();
  private readonly activityEmitter = new Emitter<ActivityEvent>();
  private readonly memory = new EventMemory();
  private readonly lifetime = new AbortController();
  private current: EngineState = { kind: 'idle' };
  private connected: ConnectedEngine | undefined;
  /** The try that runs now; whoever needs the engine waits for the same one. */
  private attempt: Promise<ConnectedEngine> | undefined;
  /** The tries that follow by themselves, with growing pauses. */
  private furtherTries: AbortController | undefined;

  readonly onDidChangeState = this.stateEmitter.event;
  readonly onDidReceiveEvent = this.eventEmitter.event;
  readonly onDidReceiveActivity = this.activityEmitter.event;

  constructor(options: DockerConnectionOptions) {
    this.options = options;
  }

  get state(): EngineState {
    return this.current;
  }

  get eventStreams(): number {
    return this.connected?.openStreams ?? 0;
  }

  async get(signal?: AbortSignal): Promise<ContainerEngine> {
    return withDeadline(0, signal, async () => {
      const { connected } = this;
      if (connected) {
        if (await connected.isAlive()) return connected.engine;
        this.lost(connected);
      }
      return (await this.connectNow()).engine;
    });
  }

  retry(): void {
    if (!this.connected) this.connectNow().catch(() => undefined);
  }

  dispose(): void {
    this.lifetime.abort();
    this.furtherTries?.abort();
    this.connected?.dispose();
    this.connected = undefined;
    this.stateEmitter.dispose();
    this.eventEmitter.dispose();
    this.activityEmitter.dispose();
  }

  /** `isQuiet` for tries that nobody waits for: what is shown changes only with their outcome. */
  private connectNow(isQuiet = false): Promise<ConnectedEngine> {
    if (!isQuiet && !this.isDisposed()) this.setState({ kind: 'connecting' });
    this.attempt ??= this.connect().finally(() => {
      this.attempt = undefined;
    });
    return this.attempt;
  }

  private async connect(): Promise<ConnectedEngine> {
    try {
      const { addresses, announceExec = () => Promise.resolve() } = this.options;
      const candidates = await this.options.candidates();
      const surroundings = { addresses, announceExec };
      const { found, attempts } = await findEngine(
        candidates,
        this.memory,
        surroundings,
        this.lifetime.signal,
      );
      if (this.isDisposed()) found.dispose();
      else this.hold(found, attempts);
      return found;
    } catch (error) {
      const { attempts, error: reason } =
        error instanceof NoEngineFound ? error : { attempts: [], error: unexpected(error) };
      if (!this.isDisposed()) {
        this.setState({ kind: 'unavailable', attempts, error: reason });
        this.keepTrying(reason, attempts.every(isHere) ? longestPauseMs.here : longestPauseMs.elsewhere);
      }
      throw reason;
    }
  }

  private hold(found: ConnectedEngine, attempts: readonly EngineAttempt[]): void {
    const { info } = found.engine;
    this.connected = found;
    this.furtherTries?.abort();
    this.options.log.info(
      `Connected to ${info.product} ${info.version} at ${info.endpoint} (${info.chosenBecause}), API ${info.apiVersion}`,
    );
    this.setState({ kind: 'connected', info, ...(attempts.length > 0 && { attempts }) });
    const noLonger = () => {
      this.lost(found);
    };
    found
      .follow(
        this.memory,
        (event) => {
          this.eventEmitter.fire(event);
        },
        (activity) => {
          this.activityEmitter.fire(activity);
        },
      )
      .then(noLonger, noLonger);
  }

  private lost(engine: ConnectedEngine): void {
    engine.letGo();
    if (this.connected !== engine || this.isDisposed()) return;
    this.connected = undefined;
    const { endpoint, chosenBecause } = engine.engine.info;
    const problem = l10n.t('The engine stopped answering.');
    const error = new CordonError(
      'engineUnavailable',
      l10n.t('The container engine at {0} stopped answering. It is looked for until it is back.', endpoint),
    );
    this.options.log.warn(error.message);
    this.setState({ kind: 'unavailable', attempts: [{ endpoint, chosenBecause, problem }], error });
    this.connectNow(true).catch(() => undefined);
  }

  private keepTrying(reason: CordonError, maxTimeout: number): void {
    if (this.furtherTries && !this.furtherTries.signal.aborted) return;
    const tries = new AbortController();
    this.furtherTries = tries;
    const tryAgain = async (count: number) => {
      // The first try has just failed: begin with the first pause.
      if (count === 1) throw reason;
      await this.connectNow(true);
    };
    pRetry(tryAgain, { ...backOff, maxTimeout, retries: Infinity, signal: tries.signal, unref: true }).catch(
      () => undefined,
    );
  }

  private setState(state: EngineState): void {
    const previous = this.current;
    this.current = state;
    if (!isSame(previous, state)) this.stateEmitter.fire(state);
  }

  private isDisposed(): boolean {
    return this.lifetime.signal.aborted;
  }
}

function isHere({ endpoint }: EngineAttempt): boolean {
  return /^(?:unix|npipe):|^$/.test(endpoint);
}

function unexpected(error: unknown): CordonError {
  return toCordonError(error, 'engineUnavailable', l10n.t('No container engine could be looked for.'));
}

/** The same news is not told twice while an engine stays away. */
function isSame(one: EngineState, other: EngineState): boolean {
  if (one.kind !== other.kind) return false;
  if (one.kind !== 'unavailable' || other.kind !== 'unavailable') return one.kind !== 'connected';
  return one.error.message === other.error.message && one.attempts.length === other.attempts.length;
}
