import { Emitter } from '../../src/shared/event.ts';
import type { WorkspaceStorage } from '../../src/workspaces/workspaceStorage.ts';

/** How long VS Code takes to hand a value from window to window, in milliseconds. */
const handOverMs = 20;

/**
 * What windows of VS Code share: each has a copy of its own, which it writes at once and of which the others hear a
 * moment later. Of two that write at the same time each one gets the other's value.
 */
export class SharedGlobalState {
  private readonly windows: WindowStorage[] = [];
  private readonly stored = new Map<string, string>();

  /** What one more window reads and writes. */
  open(): WindowStorage {
    const window = new WindowStorage(new Map(this.stored), (key, text) => {
      this.stored.set(key, text);
      setTimeout(() => {
        for (const other of this.windows) if (other !== window) other.accept(key, text);
      }, handOverMs);
    });
    this.windows.push(window);
    return window;
  }
}

/** The copy that one window has. */
class WindowStorage implements WorkspaceStorage {
  private readonly values: Map<string, string>;
  private readonly handOver: (key: string, text: string) => void;
  private readonly changes = new Emitter<string>();
  readonly onDidChange = this.changes.event;

  constructor(values: Map<string, string>, handOver: (key: string, text: string) => void) {
    this.values = values;
    this.handOver = handOver;
  }

  read(key: string): unknown {
    const text = this.values.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async write(key: string, value: unknown): Promise<void> {
    await Promise.resolve();
    const text = JSON.stringify(value);
    this.values.set(key, text);
    this.handOver(key, text);
  }

  accept(key: string, text: string): void {
    this.values.set(key, text);
    this.changes.fire(key);
  }
}
