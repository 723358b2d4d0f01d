import type * as vscode from 'vscode';
import { Disposable } from './events.ts';

/** A part of the view of changes. */
export class FakeSourceControl {
  readonly id: string;
  readonly label: string;
  readonly groups: FakeGroup[] = [];
  readonly inputBox = { visible: true, value: '', placeholder: '' };
  count: number | undefined;
  quickDiffProvider: vscode.QuickDiffProvider | undefined;
  statusBarCommands: readonly vscode.Command[] = [];
  private readonly release: () => void;

  constructor(id: string, label: string, release: () => void) {
    this.id = id;
    this.label = label;
    this.release = release;
  }

  createResourceGroup(id: string, label: string): FakeGroup {
    const group = new FakeGroup(id, label);
    this.groups.push(group);
    return group;
  }

  /** The rows that a person sees, group by group. */
  get rows(): readonly string[] {
    return this.groups.flatMap(({ label, resourceStates }) =>
      resourceStates.map(({ resourceUri, decorations }) =>
        [label, resourceUri.path, decorations?.tooltip ?? ''].join(': '),
      ),
    );
  }

  dispose(): void {
    this.release();
  }
}

class FakeGroup extends Disposable {
  readonly id: string;
  readonly label: string;
  hideWhenEmpty = false;
  resourceStates: readonly vscode.SourceControlResourceState[] = [];

  constructor(id: string, label: string) {
    super(() => undefined);
    this.id = id;
    this.label = label;
  }
}
