import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { containerScheme } from '../../languageServers/folderUris.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Session } from '../../workspaces/session.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';

const mostBytes = 8 * 1024 * 1024;
const longestMs = 10_000;

/** Files that only a container has, as documents to be read. */
export class ContainerDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly service: Pick<WorkspaceService, 'openSession' | 'get'>;

  constructor(service: Pick<WorkspaceService, 'openSession' | 'get'>) {
    this.service = service;
    this.store.add(
      vscode.workspace.registerTextDocumentContentProvider(containerScheme, {
        provideTextDocumentContent: (uri) => this.read(uri),
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  private async read({ authority, path }: vscode.Uri): Promise<string> {
    if (!this.service.get(authority))
      throw new Error(vscode.l10n.t('The workspace of this document does not exist any more.'));
    try {
      const session = await this.service.openSession(authority, {
        kind: 'command',
        command: ['cat', path],
        cwd: '/',
      });
      session.stderr.resume();
      return await Promise.race([contentOf(session), tooLate(session)]);
    } catch (error) {
      throw new Error(errorSentence(error), { cause: error });
    }
  }
}

async function contentOf(session: Session): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of session.stdout as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length <= mostBytes) continue;
    void session.end();
    const most = mostBytes / 1024 / 1024;
    return vscode.l10n.t('The file is larger than {0} MiB, or does not end. It is not shown.', most);
  }
  if ((await session.exitCode) === 0) return Buffer.concat(chunks).toString('utf8');
  return vscode.l10n.t('The container does not have this file, or does not let it be read.');
}

/** A pipe that nobody writes into never ends. */
async function tooLate(session: Session): Promise<string> {
  await delay(longestMs, undefined, { ref: false });
  void session.end();
  return vscode.l10n.t('The file could not be read in time.');
}
