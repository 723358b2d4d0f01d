import type * as vscode from 'vscode';
import { EventEmitter, until } from './events.ts';
import { readable } from './values.ts';

/** A row as a person sees it, and what its menus match. */
export interface FakeRow<T> {
  readonly node: T;
  readonly item: vscode.TreeItem;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly icon: string;
  readonly contextValue: string;
}

/** A tree view and its rows. */
export class FakeTree<T = unknown> {
  message: string | undefined;
  selection: readonly T[] = [];
  private isVisible = true;
  private readonly visibility = new EventEmitter<vscode.TreeViewVisibilityChangeEvent>();
  readonly onDidChangeVisibility = this.visibility.event;
  readonly expanded = new EventEmitter<vscode.TreeViewExpansionEvent<T>>();
  readonly collapsed = new EventEmitter<vscode.TreeViewExpansionEvent<T>>();
  readonly onDidExpandElement = this.expanded.event;
  readonly onDidCollapseElement = this.collapsed.event;
  /** What was brought into view. */
  readonly revealed: T[] = [];
  /** What was drawn anew: a row, or `undefined` for everything. */
  readonly redrawn: unknown[] = [];
  private readonly provider: vscode.TreeDataProvider<T>;
  private readonly onDispose: () => void;

  constructor(provider: vscode.TreeDataProvider<T>, onDispose: () => void) {
    this.provider = provider;
    this.onDispose = onDispose;
    provider.onDidChangeTreeData?.((node) => this.redrawn.push(node ?? undefined));
  }

  get visible(): boolean {
    return this.isVisible;
  }

  /** The person opens the view, or puts another one in its place. */
  set visible(visible: boolean) {
    this.isVisible = visible;
    this.visibility.fire({ visible });
  }

  async rows(parent?: T): Promise<FakeRow<T>[]> {
    const nodes = (await this.provider.getChildren(parent)) ?? [];
    return await Promise.all(
      nodes.map(async (node) => {
        const item = await this.provider.getTreeItem(node);
        return {
          node,
          item,
          label: typeof item.label === 'string' ? item.label : '',
          description: String(item.description ?? ''),
          tooltip: readable(item.tooltip),
          icon: (item.iconPath as vscode.ThemeIcon | undefined)?.id ?? '',
          contextValue: item.contextValue ?? '',
        };
      }),
    );
  }

  /** VS Code needs the way from a row to the top for this. */
  async reveal(node: T): Promise<void> {
    await this.provider.getParent?.(node);
    this.revealed.push(node);
  }

  dispose(): void {
    this.onDispose();
  }
}

export class FakeStatusBarItem {
  readonly id: string;
  name: string | undefined;
  text = '';
  tooltip: string | vscode.MarkdownString | undefined;
  command: string | vscode.Command | undefined;
  backgroundColor: vscode.ThemeColor | undefined;
  accessibilityInformation: vscode.AccessibilityInformation | undefined;
  isVisible = false;
  private readonly shows = new EventEmitter<undefined>();

  constructor(id: string) {
    this.id = id;
  }

  show(): void {
    this.isVisible = true;
    this.shows.fire(undefined);
  }

  /** Waits until it has this text. */
  async reads(text: string): Promise<void> {
    await until(
      () => this.text === text,
      this.shows.event,
      () => `The status bar never reads ${text}: ${this.text}`,
    );
  }

  hide(): void {
    this.isVisible = false;
  }

  dispose(): void {
    this.hide();
  }
}

/** An output or log channel. */
export class FakeChannel {
  readonly name: string;
  text = '';
  isShown = false;
  isDisposed = false;
  private readonly written = new EventEmitter<undefined>();

  constructor(name: string) {
    this.name = name;
  }

  append(text: string): void {
    this.text += text;
    this.written.fire(undefined);
  }

  appendLine(text: string): void {
    this.append(`${text}\n`);
  }

  replace(text: string): void {
    this.text = '';
    this.append(text);
  }

  clear(): void {
    this.text = '';
  }

  show(): void {
    this.isShown = true;
  }

  dispose(): void {
    this.isDisposed = true;
  }

  /** Waits until something was written that fits. */
  async has(expected: RegExp): Promise<void> {
    await until(
      () => expected.test(this.text),
      this.written.event,
      () => `The channel ${this.name} never has ${expected.source}: ${this.text}`,
    );
  }

  debug(message: string): void {
    this.appendLine(`[debug] ${message}`);
  }

  info(message: string): void {
    this.appendLine(`[info] ${message}`);
  }

  warn(message: string): void {
    this.appendLine(`[warning] ${message}`);
  }

  error(message: string): void {
    this.appendLine(`[error] ${message}`);
  }
}
