import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ConflictSides } from '../../review/merge/conflictSides.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { confirm } from '../confirm.ts';
import { withoutIcons, withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import type { ChangeDocuments } from './changeDocuments.ts';
import { MergeFiles, mergeScheme } from './mergeFiles.ts';
import { activeResult, tabsOf } from './mergeTabs.ts';
import { shownPath } from './shownChange.ts';

interface Merge {
  readonly result: vscode.Uri;
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
  private readonly accepting = new Set<Merge>();
  private count = 0;

  constructor(
    reviews: Pick<LazyReviews, 'conflict' | 'acceptMerged'>,
    documents: Pick<ChangeDocuments, 'uri'>,
  ) {
    this.reviews = reviews;
    this.documents = documents;
    this.store.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const merge = this.merges.get(uri.toString());
        // It is still open where it only got another language.
        if (merge && !documentOf(merge) && !this.accepting.has(merge)) void this.leave(merge);
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
    this.merges.set(result.toString(), { result, workspace, sides });
    this.files.begin(result, unmerged);
    const side = (which: 'base' | 'folder' | 'workspace') => this.documents.uri({ id, path, side: which });
    await vscode.commands.executeCommand('_open.mergeEditor', {
      base: side('base'),
      input1: { uri: side('folder'), title: vscode.l10n.t('Folder'), detail: baseNote(sides) },
      input2: { uri: side('workspace'), title: vscode.l10n.t('Workspace {0}', withoutLinks(name)) },
      output: result,
    });
  }

  /** Puts a result into the folder: the one that is meant, or the one in the active editor, or the one that is chosen. */
  async accept(meant: unknown): Promise<void> {
    const found = this.find(meant instanceof vscode.Uri ? meant : undefined);
    if (found.length === 0)
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no merge to accept.'));
    const merge = found.length > 1 ? await choose(found) : found[0];
    if (!merge) return;
    const document = documentOf(merge);
    this.accepting.add(merge);
    try {
      await document?.save();
      await this.put(merge);
    } finally {
      this.accepting.delete(merge);
      if (document && this.isLeft(merge)) void this.leave(merge);
    }
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The merge with this result, or all where nobody says which. */
  private find(meant: vscode.Uri | undefined): readonly Merge[] {
    const result = meant ?? activeResult();
    const merge = result && this.merges.get(result.toString());
    if (merge) return [merge];
    return meant ? [] : [...this.merges.values()];
  }

  private async put(merge: Merge): Promise<void> {
    const { result, workspace, sides } = merge;
    const content = this.files.read(result);
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
    if (!(await isResolved(sides, content))) return;
    const isDone = await withProgress(vscode.l10n.t('Accepting the merge of {0}', path), (options) =>
      this.reviews.acceptMerged(workspace.id, sides, content, options),
    );
    if (isDone) {
      await vscode.window.tabGroups.close(tabsOf(merge.result));
      this.forget(merge);
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

  /** What was saved is offered once more when its editor closes, as VS Code's own button to complete a merge does. */
  private async leave(merge: Merge): Promise<void> {
    const { result, sides } = merge;
    while (this.isLeft(merge) && this.files.read(result)?.toString() !== unmerged) {
      const acceptButton = vscode.l10n.t('Accept into Folder');
      const answer = await vscode.window.showInformationMessage(
        withoutLinks(
          vscode.l10n.t(
            'The merge of {0} was saved, but is not in the folder yet.',
            shownPath(sides.change.path),
          ),
        ),
        acceptButton,
      );
      if (answer !== acceptButton) break;
      await vscode.commands.executeCommand('cordon.acceptMerge', result);
    }
    if (this.isLeft(merge)) this.forget(merge);
  }

  /** Whether it is neither in the folder nor open, be it again. */
  private isLeft(merge: Merge): boolean {
    return this.merges.has(merge.result.toString()) && !documentOf(merge);
  }

  private forget({ result }: Merge): void {
    this.merges.delete(result.toString());
    this.files.end(result);
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

/** Asks about conflicts that nobody worked on: where they are, the merge editor leaves the base without a mark. */
async function isResolved(sides: ConflictSides, content: Buffer): Promise<boolean> {
  const { unresolvedConflicts } = await import('../../review/merge/unresolvedConflicts.ts');
  const count = unresolvedConflicts(sides, content.toString());
  if (count === 0) return true;
  return await confirm(
    vscode.l10n.t('Accept the merge of {0}? Unresolved conflicts: {1}.', shownPath(sides.change.path), count),
    [
      vscode.l10n.t(
        'There, the folder would get the text of the base, and the changes of both sides would be lost.',
      ),
      baseNote(sides),
    ],
    vscode.l10n.t('Accept Anyway'),
  );
}

async function choose(merges: readonly Merge[]): Promise<Merge | undefined> {
  const picked = await vscode.window.showQuickPick(
    merges.map((merge) => ({
      label: withoutIcons(shownPath(merge.sides.change.path)),
      description: withoutIcons(merge.workspace.name),
      merge,
    })),
    { placeHolder: vscode.l10n.t('Choose a merge to accept') },
  );
  return picked?.merge;
}

function documentOf({ result }: Merge): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === result.toString());
}
