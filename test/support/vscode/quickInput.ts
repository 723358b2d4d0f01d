import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { EventEmitter, until } from './events.ts';
import { QuickInputButtons, QuickPickItemKind } from './values.ts';

/** What an input box and a quick pick have in common, and what a person can do with both. */
abstract class FakeQuickInput {
  title: string | undefined;
  step: number | undefined;
  totalSteps: number | undefined;
  placeholder: string | undefined;
  buttons: readonly vscode.QuickInputButton[] = [];
  value = '';
  enabled = true;
  ignoreFocusOut = false;
  isVisible = false;

  private isBusy = false;
  private readonly ends = new EventEmitter<undefined>();
  private readonly valueChanges = new EventEmitter<string>();
  private readonly hides = new EventEmitter<undefined>();
  private readonly presses = new EventEmitter<vscode.QuickInputButton>();
  private readonly onShow: () => void;

  readonly onDidChangeValue = this.valueChanges.event;
  readonly onDidTriggerButton = this.presses.event;
  readonly onDidHide = this.hides.event as unknown as vscode.Event<void>;

  constructor(onShow: () => void) {
    this.onShow = onShow;
  }

  get busy(): boolean {
    return this.isBusy;
  }

  set busy(isBusy: boolean) {
    this.isBusy = isBusy;
    if (!isBusy) this.ends.fire(undefined);
  }

  /** Waits until it has loaded what it shows. */
  async loaded(): Promise<void> {
    await until(
      () => !this.isBusy,
      this.ends.event,
      () => `"${this.place}" stays busy`,
    );
    // what was loaded is drawn in the same turn
    await Promise.resolve();
  }

  show(): void {
    this.isVisible = true;
    this.onShow();
  }

  hide(): void {
    if (!this.isVisible) return;
    this.isVisible = false;
    this.hides.fire(undefined);
  }

  /** As in VS Code, one that is shown is hidden first, and its listeners hear that. */
  dispose(): void {
    this.hide();
  }

  /** Where the sequence stands, as its title shows it. */
  get place(): string {
    return `${this.title ?? ''}${this.step === undefined ? '' : ` (${this.step}/${this.totalSteps ?? ''})`}`;
  }

  /** The person types this text in the place of what stands there. */
  type(text: string): void {
    this.mustBeOpen();
    this.value = text;
    this.valueChanges.fire(text);
  }

  /** The person presses a button in the title. */
  press(tooltip: string): void {
    this.mustBeOpen();
    const button = this.buttons.find((one) => one.tooltip === tooltip);
    assert.ok(button, `"${this.place}" has no button ${tooltip}`);
    this.presses.fire(button);
  }

  /** The person goes one step back. */
  goBack(): void {
    this.mustBeOpen();
    assert.ok(this.buttons.includes(QuickInputButtons.Back), `"${this.place}" has no way back`);
    this.presses.fire(QuickInputButtons.Back);
  }

  /** The person presses Escape. */
  dismiss(): void {
    this.mustBeOpen();
    this.hide();
  }

  protected mustBeOpen(): void {
    assert.ok(this.isVisible, `"${this.place}" is closed`);
  }
}

export class FakeInputBox extends FakeQuickInput implements vscode.InputBox {
  prompt: string | undefined;
  password = false;
  valueSelection: readonly [number, number] | undefined;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;

  private readonly accepts = new EventEmitter<undefined>();
  readonly onDidAccept = this.accepts.event as unknown as vscode.Event<void>;

  /** What is said below the box to be wrong with its text; empty where it may be accepted. */
  get problem(): string {
    const message = this.validationMessage;
    return typeof message === 'object' ? message.message : (message ?? '');
  }

  /** The person presses Enter. */
  accept(): void {
    this.mustBeOpen();
    this.accepts.fire(undefined);
  }

  /** The person types this and presses Enter. */
  answer(text: string): void {
    this.type(text);
    this.accept();
  }
}

export class FakeQuickPick<T extends vscode.QuickPickItem = vscode.QuickPickItem>
  extends FakeQuickInput
  implements vscode.QuickPick<T>
{
  activeItems: readonly T[] = [];
  selectedItems: readonly T[] = [];
  canSelectMany = false;
  matchOnDescription = false;
  matchOnDetail = false;
  keepScrollPosition = false;
  prompt: string | undefined;

  private rows: readonly T[] = [];
  private readonly accepts = new EventEmitter<undefined>();

  readonly onDidAccept = this.accepts.event as unknown as vscode.Event<void>;
  readonly onDidChangeActive = new EventEmitter<readonly T[]>().event;
  private readonly ticks = new EventEmitter<readonly T[]>();
  readonly onDidChangeSelection = this.ticks.event;
  readonly onDidTriggerItemButton = new EventEmitter<vscode.QuickPickItemButtonEvent<T>>().event;

  get items(): readonly T[] {
    return this.rows;
  }

  /** The first row stands out, as in VS Code, until something else is made active. */
  set items(rows: readonly T[]) {
    this.rows = rows;
    this.activeItems = rows.filter((row) => row.kind !== QuickPickItemKind.Separator).slice(0, 1);
  }

  /** What can be chosen, in order. */
  get labels(): readonly string[] {
    return this.rows.filter((row) => row.kind !== QuickPickItemKind.Separator).map(({ label }) => label);
  }

  /** The headings between them. */
  get headings(): readonly string[] {
    return this.rows.filter((row) => row.kind === QuickPickItemKind.Separator).map(({ label }) => label);
  }

  /** The row with this label. */
  row(label: string): T {
    const row = this.rows.find(
      ({ kind, label: own, description }) =>
        kind !== QuickPickItemKind.Separator && (own === label || `${own}, ${description}` === label),
    );
    assert.ok(row, `"${this.place}" offers ${this.labels.join(', ')}, not ${label}`);
    return row;
  }

  /** The person chooses the row with this label. */
  choose(label: string): void {
    this.activeItems = [this.row(label)];
    this.accept();
  }

  /** The person ticks exactly the rows with these labels. */
  tick(...labels: readonly string[]): void {
    this.mustBeOpen();
    assert.ok(this.canSelectMany, `"${this.place}" has nothing to tick`);
    this.selectedItems = labels.map((label) => this.row(label));
    this.ticks.fire(this.selectedItems);
  }

  /** The person presses Enter: on the row that stands out, or where rows are ticked, on all of those. */
  accept(): void {
    this.mustBeOpen();
    if (!this.canSelectMany) this.selectedItems = this.activeItems;
    this.accepts.fire(undefined);
  }
}
