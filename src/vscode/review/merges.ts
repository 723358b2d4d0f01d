import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ConflictSides } from '../../review/merge/conflictSides.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import type { ChangeDocuments } from './changeDocuments.ts';
import { MergeFiles, mergeScheme } from './mergeFiles.ts';
import { shownPath } from './shownChange.ts';

interface Merge {
  readonly workspace: Pick<Workspace, 'id' | 'name'>;
  readonly sides: ConflictSides;
}

/** What the merge editor takes for a result that nobody has worked on, and begins anew. */
const unmerged = '<<<<<<< \n=======\n>>>>>>> \n';

/** Conflicts that are merged in VS Code's three-way editor. Nothing reaches the folder before the person says so. */
export class Merges implements Disposable {
  private readonly store = new DisposableStore();
  private readonly files = this.store.add(new MergeFiles());
  private readonly merges = new Map<string, Merge>();
  private readonly reviews: Pick<LazyReviews, 'conflict' | 'acceptMerged'>;
  private readonly documents: Pick<ChangeDocuments, 'uri'>;
  private readonly accepting = new Set<string>();
  private count = 0;

  constructor(
    reviews: Pick<LazyReviews, 'conflict' | 'acceptMerged'>,
    documents: Pick<ChangeDocuments, 'uri'>,
  ) {
    this.reviews = reviews;
    this.documents = documents;
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (!this.accepting.has(uri.toString())) this.forget(uri);
      }),
    );
  }

  /** Opens a conflict: what the person has in the folder on one side, what the workspace has on the other. */
  async open(workspace: Pick<Workspace, 'id' | 'name'>, path: string): Promise<void> {
    const sides = await this.reviews.conflict(workspace.id, path);
    const { id, name } = workspace;
    this.count += 1;
    const result = vscode.Uri.from({
      scheme: mergeScheme,
      path: `/${shownPath(basename(path))}`,
      query: String(this.count),
    });
    this.merges.set(result.toString(), { workspace, sides });
    this.files.begin(result, unmerged);
    const side = (which: 'base' | 'folder' | 'workspace') => this.documents.uri({ id, path, side: which });
    await vscode.commands.executeCommand('_open.mergeEditor', {
      base: side('base'),
      input1: { uri: side('folder'), title: vscode.l10n.t('Folder'), detail: baseNote(sides) },
      input2: { uri: side('workspace'), title: vscode.l10n.t('Workspace {0}', withoutLinks(name)) },
      output: result,
    });
  }

  /** Puts a result into the folder: the one in the editor that is meant, or the only one. */
  async accept(meant: unknown): Promise<void> {
    const [uri] =
      meant instanceof vscode.Uri
        ? [meant]
        : [...this.merges.keys()].map((key) => vscode.Uri.parse(key, true));
    const key = uri?.toString();
    const merge = key === undefined ? undefined : this.merges.get(key);
    if (!uri || key === undefined || !merge) return;
    this.accepting.add(key);
    try {
      await vscode.workspace.textDocuments.find((each) => each.uri.toString() === key)?.save();
      await this.put(uri, merge);
    } finally {
      this.accepting.delete(key);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  private async put(uri: vscode.Uri, { workspace, sides }: Merge): Promise<void> {
    const content = this.files.read(uri);
    const path = shownPath(sides.change.path);
    if (!content) return;
    if (isUnmerged(content)) {
      void vscode.window.showWarningMessage(
        withoutLinks(
          vscode.l10n.t('The merge of {0} still has marks of a conflict. Solve them, and save it.', path),
        ),
      );
      return;
    }
    const isDone = await withProgress(vscode.l10n.t('Accepting the merge of {0}', path), (options) =>
      this.reviews.acceptMerged(workspace.id, sides, content, options),
    );
    if (isDone) {
      await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
      this.forget(uri);
      void vscode.window.showInformationMessage(
        withoutLinks(vscode.l10n.t('The merge of {0} is in the folder.', path)),
      );
      return;
    }
    void vscode.window.showWarningMessage(
      withoutLinks(
        vscode.l10n.t('{0} was changed again meanwhile, and is left alone. Merge it once more.', path),
      ),
    );
  }

  private forget(uri: vscode.Uri): void {
    this.merges.delete(uri.toString());
    this.files.end(uri);
  }
}

function baseNote({ isBaseKnown }: ConflictSides): string {
  return isBaseKnown
    ? vscode.l10n.t('The base is the file before both changed it.')
    : vscode.l10n.t('Nobody knows the file before both changed it: the base is what both have in common.');
}

function isUnmerged(content: Buffer): boolean {
  return /^(?:<{7}|>{7}) /m.test(content.toString());
}
