import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { EventEmitter } from './events.ts';

/** A notification or a modal question, until the person presses a button of it or closes it. */
export class FakeMessage {
  readonly kind: 'information' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
  readonly isModal: boolean;
  /** What stands below a modal question. */
  readonly detail: string;
  readonly answered: Promise<string | undefined>;
  private readonly answer: (button: string | undefined) => void;

  constructor(kind: FakeMessage['kind'], text: string, rest: readonly unknown[]) {
    const [first, ...others] = rest;
    const options = typeof first === 'object' ? (first as vscode.MessageOptions) : undefined;
    const { promise, resolve } = deferred<string | undefined>();
    this.kind = kind;
    this.text = text;
    this.isModal = options?.modal ?? false;
    this.detail = options?.detail ?? '';
    this.buttons = (options ? others : rest) as string[];
    this.answered = promise;
    this.answer = resolve;
  }

  /** The person presses this button. */
  press(button: string): void {
    assert.ok(
      this.buttons.includes(button),
      `"${this.text}" offers ${this.buttons.join(', ')}, not ${button}`,
    );
    this.answer(button);
  }

  /** The person closes it. */
  dismiss(): void {
    this.answer(undefined);
  }
}

/** An operation whose steps are shown, with a Cancel button where it may be cancelled. */
export class FakeProgress {
  readonly title: string;
  readonly isCancellable: boolean;
  /** Each step as it was told. */
  readonly steps: string[] = [];
  /** Percent of the bar that is filled. */
  percent = 0;
  isOver = false;
  readonly token: vscode.CancellationToken;
  private readonly cancels = new EventEmitter<undefined>();
  private isCancelled = false;

  constructor({ title, cancellable }: vscode.ProgressOptions) {
    this.title = title ?? '';
    this.isCancellable = cancellable ?? false;
    const isCancelled = () => this.isCancelled;
    this.token = {
      get isCancellationRequested() {
        return isCancelled();
      },
      onCancellationRequested: this.cancels.event,
    };
  }

  report({ message, increment }: { message?: string; increment?: number }): void {
    if (message !== undefined) this.steps.push(message);
    this.percent += increment ?? 0;
  }

  /** The person presses Cancel. */
  cancel(): void {
    assert.ok(this.isCancellable && !this.isOver, `"${this.title}" cannot be cancelled`);
    this.isCancelled = true;
    this.cancels.fire(undefined);
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
