import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';

/** VS Code tells why it closed a terminal right beside telling the terminal that it did. */
const reasonMs = 1000;

/** Tells terminals that a person closed from those that their window took with it: the terminal itself is not told. */
export class TerminalCloses implements Disposable {
  private readonly store = new DisposableStore();
  private readonly reasons = new WeakMap<object, vscode.TerminalExitReason>();
  private readonly waiting = new Map<vscode.Pseudoterminal, (isByWindow: boolean) => void>();
  private readonly isLeaving: () => boolean;

  /** `isLeaving` says whether the window is being closed. */
  constructor(isLeaving: () => boolean) {
    this.isLeaving = isLeaving;
    this.store.add(
      vscode.window.onDidCloseTerminal(({ creationOptions: made, exitStatus }) => {
        if (!('pty' in made)) return;
        const reason = exitStatus?.reason ?? vscode.TerminalExitReason.Unknown;
        this.reasons.set(made.pty, reason);
        this.waiting.get(made.pty)?.(isOfWindow(reason));
      }),
    );
  }

  /** Whether this terminal, which was just closed, goes with its window. */
  async areByWindow(terminal: vscode.Pseudoterminal): Promise<boolean> {
    const known = this.reasons.get(terminal);
    if (known !== undefined) return isOfWindow(known);
    if (this.isLeaving()) return true;
    return await new Promise((resolve) => {
      const tell = (isByWindow: boolean) => {
        clearTimeout(timer);
        this.waiting.delete(terminal);
        resolve(isByWindow);
      };
      const timer = setTimeout(() => {
        tell(this.isLeaving());
      }, reasonMs);
      this.waiting.set(terminal, tell);
    });
  }

  /** With the window all of them go. */
  dispose(): void {
    for (const tell of this.waiting.values()) tell(true);
    this.store.dispose();
  }
}

function isOfWindow(reason: vscode.TerminalExitReason): boolean {
  return reason === vscode.TerminalExitReason.Shutdown;
}
