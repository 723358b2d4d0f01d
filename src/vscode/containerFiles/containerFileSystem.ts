import * as vscode from 'vscode';
import { containerScheme } from '../../languageServers/folderUris.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type {
  ContainerEntry,
  ContainerFileKind,
  ContainerFileReading,
  ContainerFiles,
} from '../../workspaces/inside/containerFiles.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { errorSentence } from '../errorSentence.ts';

const mostMiB = 8;
const longestMs = 10_000;

/** The files of containers, to be read: `cordon-container://<workspace id>/<path in its container>`. */
export class ContainerFileSystem implements vscode.FileSystemProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changes = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly service: Pick<WorkspaceService, 'get'>;
  private readonly files: Pick<ContainerFiles, 'stat' | 'list' | 'read'>;

  /** Never: nobody tells of changes in a container. */
  readonly onDidChangeFile = this.changes.event;

  constructor(service: Pick<WorkspaceService, 'get'>, files: Pick<ContainerFiles, 'stat' | 'list' | 'read'>) {
    this.service = service;
    this.files = files;
    const options = { isCaseSensitive: true, isReadonly: true };
    this.store.add(vscode.workspace.registerFileSystemProvider(containerScheme, this, options));
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const stat = await this.ask(uri, () => this.files.stat(uri.authority, uri.path));
    if (!stat) throw vscode.FileSystemError.FileNotFound(uri);
    const { modifiedMs, size } = stat;
    return { type: typeOf(stat), ctime: 0, mtime: modifiedMs, size, permissions: readonly };
  }

  async readDirectory(uri: vscode.Uri): Promise<[string, vscode.FileType][]> {
    const entries = await this.ask(uri, () => this.files.list(uri.authority, uri.path));
    if (!entries) throw vscode.FileSystemError.FileNotFound(uri);
    return entries.map((entry) => [entry.name, typeOf(entry)]);
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return await this.ask(uri, async () => contentOf(await this.files.read(uri.authority, uri.path)));
  }

  createDirectory(uri: vscode.Uri): never {
    return refuse(uri);
  }
  writeFile(uri: vscode.Uri): never {
    return refuse(uri);
  }
  delete(uri: vscode.Uri): never {
    return refuse(uri);
  }
  rename(uri: vscode.Uri): never {
    return refuse(uri);
  }

  dispose(): void {
    this.store.dispose();
  }

  private async ask<T>({ authority }: vscode.Uri, question: () => Promise<T>): Promise<T> {
    if (!this.service.get(authority))
      throw vscode.FileSystemError.Unavailable(
        vscode.l10n.t('The workspace of this file does not exist any more.'),
      );
    try {
      return await question();
    } catch (error) {
      throw error instanceof vscode.FileSystemError
        ? error
        : vscode.FileSystemError.Unavailable(errorSentence(error));
    }
  }
}

const readonly = vscode.FilePermission.Readonly;

function refuse(uri: vscode.Uri): never {
  throw vscode.FileSystemError.NoPermissions(uri);
}

function typeOf(entry: Pick<ContainerEntry, 'kind' | 'isLink'>): vscode.FileType {
  const types: Readonly<Record<ContainerFileKind, vscode.FileType>> = {
    file: vscode.FileType.File,
    folder: vscode.FileType.Directory,
    other: vscode.FileType.Unknown,
  };
  return types[entry.kind] | (entry.isLink ? vscode.FileType.SymbolicLink : vscode.FileType.Unknown);
}

/** What says that it is a plain file can be larger than it said, or never end. */
async function contentOf({ content, ended, stop }: ContainerFileReading): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
    content.destroy();
  }, longestMs);
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > mostMiB * 1024 * 1024)
        throw vscode.FileSystemError.Unavailable(
          vscode.l10n.t('The file has more than {0} MiB. Copy it to this machine to look at it.', mostMiB),
        );
      chunks.push(chunk);
    }
    late.signal.throwIfAborted();
    await ended;
    return Buffer.concat(chunks);
  } catch (error) {
    await stop();
    if (late.signal.aborted)
      throw vscode.FileSystemError.Unavailable(vscode.l10n.t('The file could not be read in time.'));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
