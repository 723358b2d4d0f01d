import { toDisposable, type Disposable } from './disposable.ts';

/** A subscription point, in the shape that `vscode.Event` has. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The firing side of an event. A listener that throws is reported and does not keep the others from hearing. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();
  private readonly onListenerError: (error: unknown) => void;

  constructor(onListenerError: (error: unknown) => void = reportLater) {
    this.onListenerError = onListenerError;
  }

  readonly event: Event<T> = (listener) => {
    const entry = (value: T) => {
      listener(value);
    };
    this.listeners.add(entry);
    return toDisposable(() => this.listeners.delete(entry));
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(value);
      } catch (error) {
        this.onListenerError(error);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}

function reportLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
