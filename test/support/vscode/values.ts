import type * as vscode from 'vscode';

export class ThemeColor implements vscode.ThemeColor {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class ThemeIcon implements vscode.ThemeIcon {
  readonly id: string;
  readonly color?: vscode.ThemeColor;

  constructor(id: string, color?: vscode.ThemeColor) {
    this.id = id;
    if (color) this.color = color;
  }
}

export class TreeItem implements vscode.TreeItem {
  label: string | vscode.TreeItemLabel;
  collapsibleState: vscode.TreeItemCollapsibleState;

  constructor(label: string | vscode.TreeItemLabel, collapsibleState = TreeItemCollapsibleState.None) {
    this.label = label;
    this.collapsibleState = collapsibleState;
  }
}

/** As VS Code numbers them. */
export const TerminalExitReason = { Unknown: 0, Shutdown: 1, Process: 2, User: 3, Extension: 4 } as const;

export class TerminalProfile implements vscode.TerminalProfile {
  options: vscode.TerminalOptions | vscode.ExtensionTerminalOptions;

  constructor(options: vscode.TerminalOptions | vscode.ExtensionTerminalOptions) {
    this.options = options;
  }
}

/** Escapes as VS Code does, so that a test sees whether text could become a link, an image or HTML. */
export class MarkdownString {
  value = '';
  isTrusted?: boolean;
  supportHtml?: boolean;

  appendText(text: string): this {
    this.value += text
      .replace(/[\\`*_{}[\]()#+\-!~]/g, '\\$&')
      .replace(/[ \t]+/g, (blanks) => '&nbsp;'.repeat(blanks.length))
      .replaceAll('<', '&lt;')
      .replaceAll('>', '\\>')
      .replaceAll('\n', '\n\n');
    return this;
  }

  appendMarkdown(markdown: string): this {
    this.value += markdown;
    return this;
  }
}

/** The text that a person reads of a tooltip. */
export function readable(tooltip: string | vscode.MarkdownString | undefined): string {
  if (tooltip === undefined || typeof tooltip === 'string') return tooltip ?? '';
  return tooltip.value
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replace(/\\([\\`*_{}[\]()#+\-!~>])/g, '$1');
}

// The numbers are those of VS Code.
export const TreeItemCollapsibleState = {
  None: 0,
  Collapsed: 1,
  Expanded: 2,
} as unknown as typeof vscode.TreeItemCollapsibleState;
export const QuickPickItemKind = { Separator: -1, Default: 0 } as unknown as typeof vscode.QuickPickItemKind;

export const ViewColumn = { Active: -1 } as unknown as typeof vscode.ViewColumn;
export const ConfigurationTarget = { Global: 1 } as unknown as typeof vscode.ConfigurationTarget;
export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { SourceControl: 1, Window: 10, Notification: 15 } as const;
export const QuickInputButtons = {
  Back: { iconPath: new ThemeIcon('arrow-left'), tooltip: 'Back' },
} as const;

/** Fills `{0}`, `{1}` … as `vscode.l10n.t` does without a translation. */
export function translate(message: string, ...args: readonly unknown[]): string {
  return message.replace(/\{(\d+)\}/g, (all, index: string) =>
    Number(index) in args ? String(args[Number(index)]) : all,
  );
}
