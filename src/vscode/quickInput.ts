import * as vscode from 'vscode';
import { DisposableStore } from '../shared/disposable.ts';

/** The answer of a person who wants the step before. */
export const back = Symbol('back');

/** What a person answered: a value, one step back, or nothing at all. */
export type Answer<T> = T | typeof back | undefined;

/** Where in a sequence of steps a question stands. */
export interface Place {
  readonly title: string;
  readonly step?: number;
  readonly totalSteps?: number;
  readonly canGoBack?: boolean;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for a line of text. `problemOf` says what is wrong with it, in a sentence. */
export async function askText(
  place: Place,
  question: {
    readonly prompt: string;
    readonly value?: string;
    readonly placeholder?: string;
    problemOf?(text: string): string | undefined;
  },
): Promise<Answer<string>> {
  const input = vscode.window.createInputBox();
  input.prompt = question.prompt;
  input.value = question.value ?? '';
  if (question.placeholder !== undefined) input.placeholder = question.placeholder;
  return ask(input, place, (answer, store) => {
    const check = () => {
      input.validationMessage = question.problemOf?.(input.value);
      return input.validationMessage === undefined;
    };
    store.add(input.onDidChangeValue(check));
    store.add(
      input.onDidAccept(() => {
        if (check()) answer(input.value);
      }),
    );
  });
}

/** Asks for one of several choices; `current` is the one that stands out at first. */
export async function choose<T>(
  place: Place,
  question: { readonly placeholder: string; readonly choices: readonly Choice<T>[]; readonly current?: T },
): Promise<Answer<T>> {
  const input = vscode.window.createQuickPick<Choice<T>>();
  input.placeholder = question.placeholder;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  input.items = question.choices;
  const current = question.choices.find((choice) => choice.value === question.current);
  if (current) input.activeItems = [current];
  return ask(input, place, (answer, store) => {
    store.add(
      input.onDidAccept(() => {
        const [item] = input.selectedItems;
        if (item) answer(item.value);
      }),
    );
  });
}

/** Shows an input until it is answered, left by its Back button, or dismissed. */
export async function ask<T>(
  input:
    | vscode.InputBox
    | (vscode.QuickPick<vscode.QuickPickItem> & { buttons: readonly vscode.QuickInputButton[] }),
  place: Place,
  connect: (answer: (value: T) => void, store: DisposableStore) => void,
): Promise<Answer<T>> {
  const store = new DisposableStore();
  store.add(input);
  input.title = place.title;
  input.step = place.step;
  input.totalSteps = place.totalSteps;
  input.ignoreFocusOut = true;
  if (place.canGoBack) input.buttons = [vscode.QuickInputButtons.Back, ...input.buttons];
  try {
    return await new Promise<Answer<T>>((resolve) => {
      connect(resolve, store);
      store.add(
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) resolve(back);
        }),
      );
      store.add(
        input.onDidHide(() => {
          resolve(undefined);
        }),
      );
      input.show();
    });
  } finally {
    store.dispose();
  }
}

/** One question of a sequence: takes what is known, gives back what is known after the answer. */
export type Step<S> = (known: S, place: Place) => Promise<Answer<S>>;

/** Asks every question in turn, with a way back to the one before. `undefined` when the person gave up. */
export async function askInSteps<S>(
  title: string,
  start: S,
  steps: readonly Step<S>[],
): Promise<S | undefined> {
  const known: S[] = [start];
  for (;;) {
    const step = steps[known.length - 1];
    const now = known.at(-1) as S;
    if (!step) return now;
    const answer = await step(now, {
      title,
      step: known.length,
      totalSteps: steps.length,
      canGoBack: known.length > 1,
    });
    if (answer === undefined) return undefined;
    if (answer === back) known.pop();
    else known.push(answer);
  }
}
