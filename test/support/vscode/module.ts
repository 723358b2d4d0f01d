import type * as vscode from 'vscode';
import { Disposable, EventEmitter } from './events.ts';
import { currentWindow } from './fakeWindow.ts';
import { FakeMessage, FakeProgress } from './messages.ts';
import { FakeInputBox, FakeQuickPick } from './quickInput.ts';
import { FakeSourceControl } from './scm.ts';
import { translate } from './values.ts';
import { FakeChannel, FakeStatusBarItem, FakeTree } from './views.ts';

/** Names that VS Code has, too; what they do is checked by the tests in a real VS Code. */
type PartOf<T> = { readonly [K in keyof T]?: unknown };

// What `import * as vscode from 'vscode'` gets in unit tests: as much of VS Code as Cordon uses, on `currentWindow()`.

export { Disposable, EventEmitter } from './events.ts';
export { Uri } from './uri.ts';
export { CustomExecution, Task, TaskGroup, TaskScope } from './tasks.ts';
export { FileChangeType, FilePermission, FileSystemError, FileType } from './fileSystem.ts';
export { Position, Range, TerminalLink } from './positions.ts';
export {
  ConfigurationTarget,
  MarkdownString,
  ProgressLocation,
  QuickInputButtons,
  QuickPickItemKind,
  StatusBarAlignment,
  TerminalExitReason,
  TerminalProfile,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  ViewColumn,
} from './values.ts';

const ask =
  (kind: FakeMessage['kind']) =>
  (text: string, ...rest: unknown[]) => {
    const message = new FakeMessage(kind, text, rest);
    currentWindow().messages.add(message);
    return message.answered;
  };

function addTree(id: string, provider: vscode.TreeDataProvider<unknown>): FakeTree {
  const { trees } = currentWindow();
  const tree = new FakeTree(provider, () => trees.delete(id));
  trees.set(id, tree);
  return tree;
}

async function showQuickPick(
  items: readonly vscode.QuickPickItem[],
  { title, placeHolder, canPickMany = false }: vscode.QuickPickOptions = {},
): Promise<vscode.QuickPickItem | readonly vscode.QuickPickItem[] | undefined> {
  const pick = window.createQuickPick();
  pick.title = title;
  pick.placeholder = placeHolder;
  pick.canSelectMany = canPickMany;
  pick.items = items;
  pick.selectedItems = items.filter(({ picked }) => picked);
  return await new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(canPickMany ? pick.selectedItems : pick.selectedItems[0]);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
    });
    pick.show();
  });
}

export const window = {
  get terminals() {
    return currentWindow().terminals;
  },
  showInformationMessage: ask('information'),
  showWarningMessage: ask('warning'),
  showErrorMessage: ask('error'),
  showQuickPick,
  createQuickPick: () => {
    const { quickPicks } = currentWindow();
    const pick: FakeQuickPick = new FakeQuickPick(() => {
      quickPicks.add(pick);
    });
    return pick;
  },
  createInputBox: () => {
    const { inputBoxes } = currentWindow();
    const box: FakeInputBox = new FakeInputBox(() => {
      inputBoxes.add(box);
    });
    return box;
  },
  withProgress: async <T>(
    options: vscode.ProgressOptions,
    task: (progress: FakeProgress, token: vscode.CancellationToken) => Promise<T>,
  ): Promise<T> => {
    const progress = new FakeProgress(options);
    currentWindow().progress.add(progress);
    try {
      return await task(progress, progress.token);
    } finally {
      progress.isOver = true;
    }
  },
  setStatusBarMessage: (text: string) => {
    currentWindow().statusMessage = text;
    return new Disposable(() => undefined);
  },
  createStatusBarItem: (id: string) => {
    const item = new FakeStatusBarItem(id);
    currentWindow().statusBar.push(item);
    return item;
  },
  createTreeView: (id: string, options: { treeDataProvider: vscode.TreeDataProvider<unknown> }) =>
    addTree(id, options.treeDataProvider),
  registerTreeDataProvider: (id: string, provider: vscode.TreeDataProvider<unknown>) => addTree(id, provider),
  createOutputChannel: (name: string) => {
    const channel = new FakeChannel(name);
    currentWindow().channels.push(channel);
    return channel;
  },
  onDidChangeActiveTerminal: (listener: (terminal: vscode.Terminal | undefined) => void) =>
    currentWindow().terminalChanges.event(listener),
  onDidCloseTerminal: (listener: (terminal: vscode.Terminal) => void) =>
    currentWindow().terminalCloses.event(listener),
  createTerminal: (options: vscode.ExtensionTerminalOptions) => currentWindow().createTerminal(options),
  get activeTerminal() {
    return currentWindow().activeTerminal;
  },
  get activeTextEditor() {
    return currentWindow().activeFile && { document: { uri: currentWindow().activeFile } };
  },
  registerTerminalLinkProvider: (provider: vscode.TerminalLinkProvider) => {
    const { linkProviders } = currentWindow();
    linkProviders.add(provider);
    return new Disposable(() => linkProviders.delete(provider));
  },
  registerTerminalProfileProvider: (id: string, provider: vscode.TerminalProfileProvider) => {
    const { terminalProfiles } = currentWindow();
    terminalProfiles.set(id, provider);
    return new Disposable(() => terminalProfiles.delete(id));
  },
  createWebviewPanel: (viewType: string, title: string) => currentWindow().openPanel(viewType, title),
  registerWebviewPanelSerializer: (viewType: string, serializer: vscode.WebviewPanelSerializer) => {
    const { serializers } = currentWindow();
    serializers.set(viewType, serializer);
    return new Disposable(() => serializers.delete(viewType));
  },
  showSaveDialog: (options: vscode.SaveDialogOptions) => currentWindow().files.ask(options),
  showOpenDialog: () => currentWindow().files.choose() as unknown as Promise<vscode.Uri[] | undefined>,
  showTextDocument: ({ uri }: vscode.TextDocument) => currentWindow().documents.show(uri),
} satisfies PartOf<typeof vscode.window>;

export const commands = {
  registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
    const { commands: known } = currentWindow();
    if (known.has(id)) throw new Error(`command '${id}' already exists`);
    known.set(id, run);
    return new Disposable(() => known.delete(id));
  },
  executeCommand: (id: string, ...args: unknown[]) => currentWindow().execute(id, ...args),
} satisfies PartOf<typeof vscode.commands>;

export const debug = {
  registerDebugConfigurationProvider: (type: string, provider: vscode.DebugConfigurationProvider) =>
    currentWindow().debug.provide(type, provider),
  get onDidTerminateDebugSession() {
    return currentWindow().debug.ends.event;
  },
  startDebugging: (_folder: unknown, configuration: vscode.DebugConfiguration) => {
    currentWindow().debug.started.push(configuration);
    return Promise.resolve(true);
  },
} satisfies PartOf<typeof vscode.debug>;

export const extensions = {
  getExtension: (id: string) => (currentWindow().extensions.has(id) ? { id, isActive: true } : undefined),
} satisfies PartOf<typeof vscode.extensions>;

export const tasks = {
  registerTaskProvider: (type: string, provider: vscode.TaskProvider) => {
    const { taskProviders } = currentWindow();
    taskProviders.set(type, provider);
    return new Disposable(() => taskProviders.delete(type));
  },
} satisfies PartOf<typeof vscode.tasks>;

export const workspace = {
  get isTrusted() {
    return currentWindow().isTrusted;
  },
  get workspaceFolders() {
    const { folders } = currentWindow();
    return folders.length > 0 ? folders : undefined;
  },
  get onDidChangeWorkspaceFolders() {
    return currentWindow().folderChanges.event;
  },
  get onDidChangeConfiguration() {
    return currentWindow().settings.changes.event;
  },
  textDocuments: [],
  get onDidOpenTextDocument() {
    return currentWindow().documents.openings.event;
  },
  get onDidChangeTextDocument() {
    return currentWindow().documents.edits.event;
  },
  get onDidCloseTextDocument() {
    return currentWindow().documents.closings.event;
  },
  get onDidSaveTextDocument() {
    return currentWindow().documents.saves.event;
  },
  get onDidCreateFiles() {
    return currentWindow().documents.creations.event;
  },
  get onDidRenameFiles() {
    return currentWindow().documents.renames.event;
  },
  getConfiguration: (section: string) => {
    const { settings } = currentWindow();
    return {
      get: (key: string) => settings.get(`${section}.${key}`),
      inspect: (key: string) => ({ key, defaultValue: settings.defaultOf(`${section}.${key}`) }),
      update: (key: string, value: unknown) => {
        settings.set(`${section}.${key}`, value);
        return Promise.resolve();
      },
    };
  },
  registerFileSystemProvider: (scheme: string, provider: vscode.FileSystemProvider) => {
    const { fileSystems } = currentWindow();
    fileSystems.set(scheme, provider);
    return new Disposable(() => fileSystems.delete(scheme));
  },
  registerTextDocumentContentProvider: (scheme: string, provider: vscode.TextDocumentContentProvider) =>
    currentWindow().documents.provide(scheme, provider),
  createFileSystemWatcher: () => {
    const [change, create, remove] = [
      new EventEmitter<vscode.Uri>(),
      new EventEmitter<vscode.Uri>(),
      new EventEmitter<vscode.Uri>(),
    ];
    const { watchers } = currentWindow();
    const watcher = { change, create, remove };
    watchers.push(watcher);
    return {
      ...{ onDidChange: change.event, onDidCreate: create.event, onDidDelete: remove.event },
      dispose: () => {
        watchers.splice(watchers.indexOf(watcher), 1);
      },
    };
  },
  fs: {
    readFile: (uri: vscode.Uri) => currentWindow().files.read(uri),
    stat: async (uri: vscode.Uri) => ({
      ...{ type: 1, ctime: 0, mtime: 0 },
      size: (await currentWindow().files.read(uri)).length,
    }),
    writeFile: (uri: vscode.Uri, content: Uint8Array) => currentWindow().files.write(uri, content),
  },
  openTextDocument: (target: vscode.Uri | { content?: string }) =>
    Promise.resolve({
      uri: 'scheme' in target ? target : currentWindow().documents.untitled(target.content ?? ''),
    }),
} satisfies PartOf<typeof vscode.workspace>;

export class RelativePattern {
  readonly baseUri: vscode.Uri;
  readonly pattern: string;

  constructor(baseUri: vscode.Uri, pattern: string) {
    this.baseUri = baseUri;
    this.pattern = pattern;
  }
}

export const scm = {
  createSourceControl: (id: string, label: string) => {
    const { sourceControls } = currentWindow();
    const control: FakeSourceControl = new FakeSourceControl(id, label, () => sourceControls.delete(control));
    sourceControls.add(control);
    return control;
  },
} satisfies PartOf<typeof vscode.scm>;

export const version = '1.105.0';

export const UIKind = { Desktop: 1, Web: 2 } as const;

export const env = {
  language: 'en',
  remoteName: undefined,
  uiKind: UIKind.Desktop,
  clipboard: {
    writeText: (text: string) => {
      currentWindow().clipboard = text;
      return Promise.resolve();
    },
  },
} satisfies PartOf<typeof vscode.env>;

export const l10n = { bundle: undefined, t: translate } satisfies PartOf<typeof vscode.l10n>;
