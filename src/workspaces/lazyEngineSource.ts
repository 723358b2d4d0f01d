import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { Emitter } from '../shared/event.ts';
import type { ContainerEngine, EngineSource, EngineState } from './containerEngine.ts';
import type { ActivityEvent, ContainerEvent } from './engineEvents.ts';

/** An engine source whose code is loaded when somebody first needs an engine, and which can be loaded anew. */
export class LazyEngineSource implements EngineSource {
  private readonly load: () => Promise<EngineSource>;
  private readonly stateEmitter = new Emitter<EngineState>();
  private readonly eventEmitter = new Emitter<ContainerEvent>();
  private readonly activityEmitter = new Emitter<ActivityEvent>();
  private loading: Promise<EngineSource> | undefined;
  private links: Disposable | undefined;
  private loaded: EngineSource | undefined;
  private current: EngineState = { kind: 'idle' };
  private isDisposed = false;

  readonly onDidChangeState = this.stateEmitter.event;
  readonly onDidReceiveEvent = this.eventEmitter.event;
  readonly onDidReceiveActivity = this.activityEmitter.event;

  constructor(load: () => Promise<EngineSource>) {
    this.load = load;
  }

  get state(): EngineState {
    return this.current;
  }

  get eventStreams(): number {
    return this.loaded?.eventStreams ?? 0;
  }

  async get(signal?: AbortSignal): Promise<ContainerEngine> {
    return await (await this.source()).get(signal);
  }

  retry(): void {
    void this.source().then((source) => {
      source.retry();
    });
  }

  /** Lets go of the engine and looks for one anew, as after a change of the settings. */
  restart(): void {
    this.letGo();
    this.setState({ kind: 'idle' });
    this.retry();
  }

  dispose(): void {
    this.isDisposed = true;
    this.letGo();
    this.stateEmitter.dispose();
    this.eventEmitter.dispose();
    this.activityEmitter.dispose();
  }

  /** What was let go of while it was being loaded is ended at once, and who waits for it gets the one that counts. */
  private source(): Promise<EngineSource> {
    if (this.loading) return this.loading;
    const loading: Promise<EngineSource> = this.load().then((source) => {
      if (this.loading === loading && !this.isDisposed) {
        this.links = this.follow(source);
        return source;
      }
      source.dispose();
      return this.isDisposed ? source : this.source();
    });
    this.loading = loading;
    return loading;
  }

  private follow(source: EngineSource): Disposable {
    this.loaded = source;
    const links = new DisposableStore();
    links.add(source);
    links.add(
      source.onDidChangeState((state) => {
        this.setState(state);
      }),
    );
    links.add(
      source.onDidReceiveEvent((event) => {
        this.eventEmitter.fire(event);
      }),
    );
    links.add(
      source.onDidReceiveActivity((activity) => {
        this.activityEmitter.fire(activity);
      }),
    );
    return links;
  }

  private letGo(): void {
    this.loading = undefined;
    this.links?.dispose();
    this.links = undefined;
    this.loaded = undefined;
  }

  private setState(state: EngineState): void {
    this.current = state;
    this.stateEmitter.fire(state);
  }
}
