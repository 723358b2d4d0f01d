import type * as vscode from 'vscode';

export class Disposable implements vscode.Disposable {
  private readonly release: () => unknown;

  constructor(release: () => unknown) {
    this.release = release;
  }

  dispose(): void {
    this.release();
  }
}

/** Unlike the one of VS Code, it lets what a listener throws reach the test. */
export class EventEmitter<T> {
  private readonly listeners = new Set<(value: T) => unknown>();

  readonly event = (
    listener: (value: T) => unknown,
    thisArgs?: unknown,
    disposables?: { dispose(): unknown }[],
  ): Disposable => {
    const entry = (value: T): unknown => listener.call(thisArgs, value);
    this.listeners.add(entry);
    const disposable = new Disposable(() => this.listeners.delete(entry));
    disposables?.push(disposable);
    return disposable;
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** Those of the machine, also where a test lets nobody wait: code that is loaded meanwhile takes its own time. */
const { setTimeout, clearTimeout } = globalThis;

/** Waits until something is so, looking again at each change. Fails with `whyNot` where a test would wait for ever. */
export async function until(
  isSo: () => boolean,
  changes: vscode.Event<unknown>,
  whyNot: () => string,
): Promise<void> {
  if (isSo()) return;
  await new Promise<void>((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      watching.dispose();
      finish();
    };
    const timer = setTimeout(() => {
      end(() => {
        reject(new Error(whyNot()));
      });
    }, 5000);
    const watching = changes(() => {
      if (isSo()) end(resolve);
    });
  });
}

/** What comes in front of the person: a test takes one after the other, in the order of coming. */
export class Arrivals<T> {
  /** What no test has taken yet. */
  readonly left: T[] = [];
  private readonly comings = new EventEmitter<undefined>();

  add(value: T): void {
    this.left.push(value);
    this.comings.fire(undefined);
  }

  async next(whyNot: () => string): Promise<T> {
    await until(() => this.left.length > 0, this.comings.event, whyNot);
    return this.left.shift() as T;
  }
}
