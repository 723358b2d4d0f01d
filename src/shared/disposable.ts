/** Something that holds a resource until it is told to let go. */
export interface Disposable {
  dispose(): void;
}

/** A disposable made from one function, which runs at most once. */
export function toDisposable(release: () => void): Disposable {
  let released = false;
  return {
    dispose: () => {
      if (released) return;
      released = true;
      release();
    },
  };
}

/** Disposables that live and end together, ended in the reverse order of their making. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];

  add<T extends Disposable>(item: T): T {
    this.items.push(item);
    return item;
  }

  dispose(): void {
    for (let item = this.items.pop(); item; item = this.items.pop()) item.dispose();
  }
}
