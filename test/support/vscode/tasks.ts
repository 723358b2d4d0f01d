import type * as vscode from 'vscode';

export const TaskScope = { Global: 1, Workspace: 2 } as const;
export type TaskScope = (typeof TaskScope)[keyof typeof TaskScope];

export class TaskGroup implements vscode.TaskGroup {
  static readonly Clean = new TaskGroup('clean');
  static readonly Build = new TaskGroup('build');
  static readonly Test = new TaskGroup('test');
  readonly id: string;
  readonly isDefault = undefined;

  private constructor(id: string) {
    this.id = id;
  }
}

/** Keeps its callback where a test can call it, as VS Code does when the task runs. */
export class CustomExecution {
  readonly callback: (definition: vscode.TaskDefinition) => Thenable<vscode.Pseudoterminal>;

  constructor(callback: CustomExecution['callback']) {
    this.callback = callback;
  }
}

export class Task {
  readonly definition: vscode.TaskDefinition;
  readonly scope: vscode.WorkspaceFolder | TaskScope;
  readonly name: string;
  readonly source: string;
  readonly execution: CustomExecution;
  readonly problemMatchers: string[];
  detail?: string;
  group?: TaskGroup;
  isBackground = false;

  constructor(
    definition: vscode.TaskDefinition,
    scope: vscode.WorkspaceFolder | TaskScope,
    name: string,
    source: string,
    execution: CustomExecution,
    problemMatchers: string[] = [],
  ) {
    this.definition = definition;
    this.scope = scope;
    this.name = name;
    this.source = source;
    this.execution = execution;
    this.problemMatchers = problemMatchers;
  }
}
