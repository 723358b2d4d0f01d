import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { SideContent } from '../../review/readSide.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { errorSentence } from '../errorSentence.ts';
import { formatSize } from '../format.ts';
import { shownPath } from './shownChange.ts';

const scheme = 'cordon-review';
const querySchema = z.strictObject({
  id: z.string(),
  /** As JSON escapes it, so that it can be any bytes. */
  path: z.string(),
  side: z.enum(['workspace', 'folder', 'base']),
});

type Side = z.output<typeof querySchema>;

/** One side of a change as a text that nobody can change, and that is no file: nothing that opens files gets hold of it. */
export class ChangeDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<vscode.Uri>());

  constructor(reviews: Pick<LazyReviews, 'side' | 'conflict'>) {
    this.store.add(
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.changes.event,
        provideTextDocumentContent: async ({ query }) => {
          const { id, path, side } = z.parse(querySchema, JSON.parse(query));
          if (side === 'base')
            return await reviews.conflict(id, path).then(({ base }) => base, errorSentence);
          return await reviews.side(id, path, side).then(textOf, errorSentence);
        },
      }),
    );
  }

  uri(side: Side): vscode.Uri {
    // What follows the last dot says in which language the text is shown.
    const query = JSON.stringify(side).replaceAll(/\p{Cs}/gu, escaped);
    return vscode.Uri.from({ scheme, path: `/${shownPath(basename(side.path))}`, query });
  }

  /** Reads what is open of a workspace anew. */
  refresh(id: string): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === scheme && z.safeParse(querySchema, JSON.parse(uri.query)).data?.id === id)
        this.changes.fire(uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}

function textOf(content: SideContent): string {
  switch (content.kind) {
    case 'text':
      return content.bytes.includes(0) ? binaryText(content.bytes) : content.bytes.toString();
    case 'link':
      return `${vscode.l10n.t('Symbolic link to {0}', content.target)}\n`;
    case 'large':
      return `${vscode.l10n.t('Too large to be shown: {0}', formatSize(content.size, vscode.env.language))}\n`;
    case 'folder':
      return `${vscode.l10n.t('Folder')}\n`;
    case 'special':
      return `${vscode.l10n.t('A device, a socket or a FIFO')}\n`;
    case 'nothing':
      return '';
  }
}

function binaryText(bytes: Buffer): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${vscode.l10n.t('Binary file, {0}, SHA-256 {1}', formatSize(bytes.length, vscode.env.language), hash)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}
