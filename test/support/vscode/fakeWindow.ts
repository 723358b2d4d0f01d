import type * as vscode from 'vscode';
import { Arrivals, EventEmitter } from './events.ts';
import { FakeDebug } from './debug.ts';
import { FakeDocuments } from './documents.ts';
import type { FakeMessage, FakeProgress } from './messages.ts';
import type { FakeInputBox, FakeQuickPick } from './quickInput.ts';
import type { FakeSourceControl } from './scm.ts';
import { FakeSettings } from './settings.ts';
import { FakeTerminal } from './terminal.ts';
import { Uri } from './uri.ts';
import { FakeFiles } from './files.ts';
import { FakeWebviewPanel } from './webview.ts';
import type { FakeChannel, FakeStatusBarItem, FakeTree } from './views.ts';

type CommandHandler = (...args: unknown[]) => unknown;

/** A window of VS Code in memory: what an extension put into it, what a person sees of that, and what they do. */
export class FakeWindow {
  readonly settings = new FakeSettings();
  readonly documents = new FakeDocuments();
  readonly files = new FakeFiles();
  /** What follows files, by what it is told of. */
  readonly watchers: Readonly<Record<'change' | 'create' | 'remove', EventEmitter<vscode.Uri>>>[] = [];
  readonly panels: FakeWebviewPanel[] = [];
  readonly serializers = new Map<string, vscode.WebviewPanelSerializer>();
  readonly trees = new Map<string, FakeTree>();
  readonly statusBar: FakeStatusBarItem[] = [];
  readonly channels: FakeChannel[] = [];
  readonly terminals: FakeTerminal[] = [];
  /** Terminals that the person closed, or that went with the window. */
  readonly terminalCloses = new EventEmitter<vscode.Terminal>();
  readonly terminalProfiles = new Map<string, vscode.TerminalProfileProvider>();
  readonly linkProviders = new Set<vscode.TerminalLinkProvider>();
  /** The terminal that is shown. */
  activeTerminal: FakeTerminal | undefined;
  readonly terminalChanges = new EventEmitter<vscode.Terminal | undefined>();
  /** The file in the editor that has the focus. */
  activeFile: Uri | undefined;
  readonly debug = new FakeDebug();
  readonly fileSystems = new Map<string, vscode.FileSystemProvider>();
  /** The ids of other extensions that are there. */
  readonly extensions = new Set<string>();
  /** The parts of the view of changes. */
  readonly sourceControls = new Set<FakeSourceControl>();
  readonly taskProviders = new Map<string, vscode.TaskProvider>();
  /** Context keys that the extension set. */
  readonly context = new Map<string, unknown>();
  readonly commands = new Map<string, CommandHandler>();
  /** Commands that the extension ran, with their arguments. */
  readonly executed: (readonly [string, ...unknown[]])[] = [];
  private readonly executions: Promise<unknown>[] = [];
  /** Notifications and questions that nobody has looked at yet are in `messages.left`. */
  readonly messages = new Arrivals<FakeMessage>();
  readonly progress = new Arrivals<FakeProgress>();
  readonly quickPicks = new Arrivals<FakeQuickPick>();
  readonly inputBoxes = new Arrivals<FakeInputBox>();
  clipboard = '';
  statusMessage = '';
  /** False in Restricted Mode. */
  isTrusted = true;
  folders: readonly vscode.WorkspaceFolder[] = [];
  readonly folderChanges = new EventEmitter<vscode.WorkspaceFoldersChangeEvent>();

  constructor(folders: readonly string[]) {
    this.folders = folders.map(workspaceFolder);
  }

  /** The person opens these folders in the place of those that are open. */
  openFolders(paths: readonly string[]): void {
    this.folders = paths.map(workspaceFolder);
    this.folderChanges.fire({ added: this.folders, removed: [] });
  }

  /** Runs a command as a menu, a key or the palette does; resolves when it is done. */
  async run(id: string, ...args: unknown[]): Promise<unknown> {
    const handler = this.commands.get(id);
    if (!handler) throw new Error(`command '${id}' not found`);
    return await handler(...args);
  }

  /** As `vscode.commands.executeCommand`: commands of VS Code itself are only noted down. */
  async execute(id: string, ...args: unknown[]): Promise<unknown> {
    if (id === 'setContext') {
      this.context.set(String(args[0]), args[1]);
      return undefined;
    }
    this.executed.push([id, ...args]);
    const done = Promise.resolve(this.commands.get(id)?.(...args));
    this.executions.push(done.catch(() => undefined));
    return await done;
  }

  /** Resolves when what the extension executed by itself is done. */
  async executedAll(): Promise<void> {
    await Promise.all(this.executions);
  }

  /** The person looks at this terminal. */
  lookAt(terminal: FakeTerminal): void {
    this.activeTerminal = terminal;
    this.terminalChanges.fire(terminal as unknown as vscode.Terminal);
  }

  createTerminal(options: vscode.ExtensionTerminalOptions): FakeTerminal {
    const terminal: FakeTerminal = new FakeTerminal(options, () => {
      this.terminals.splice(this.terminals.indexOf(terminal), 1);
      this.terminalCloses.fire(terminal as unknown as vscode.Terminal);
    });
    this.terminals.push(terminal);
    return terminal;
  }

  /** Opens a page in an editor: for the extension, or, with a state, as one that VS Code brings back. */
  openPanel(viewType: string, title: string): FakeWebviewPanel {
    const panel: FakeWebviewPanel = new FakeWebviewPanel(viewType, title, () => {
      this.panels.splice(this.panels.indexOf(panel), 1);
    });
    this.panels.push(panel);
    return panel;
  }

  async nextMessage(): Promise<FakeMessage> {
    return await this.messages.next(() => this.insteadOf('message'));
  }

  async nextProgress(): Promise<FakeProgress> {
    return await this.progress.next(() => this.insteadOf('progress'));
  }

  async nextQuickPick(): Promise<FakeQuickPick> {
    return await this.quickPicks.next(() => this.insteadOf('quick pick'));
  }

  async nextInputBox(): Promise<FakeInputBox> {
    return await this.inputBoxes.next(() => this.insteadOf('input box'));
  }

  tree<T = unknown>(id: string): FakeTree<T> {
    const tree = this.trees.get(id);
    if (!tree) throw new Error(`There is no view ${id}`);
    return tree as FakeTree<T>;
  }

  channel(name: string): FakeChannel {
    const channel = this.channels.find((one) => one.name === name);
    if (!channel) throw new Error(`There is no channel ${name}`);
    return channel;
  }

  private insteadOf(kind: string): string {
    const seen = [
      ...this.messages.left.map(({ kind: of, text }) => `${of}: ${text}`),
      ...[...this.quickPicks.left, ...this.inputBoxes.left].map(({ place }) => `question: ${place}`),
    ];
    return `No ${kind} came. There is ${seen.join('; ') || 'nothing else'}.`;
  }
}

function workspaceFolder(path: string, index: number): vscode.WorkspaceFolder {
  return { uri: Uri.file(path) as unknown as vscode.Uri, name: path.split('/').at(-1) ?? '', index };
}

/** The module `vscode` is one for the whole process, so the window that it stands for is, too. */
let current = new FakeWindow([]);

/** Opens a new, empty window with these folders; from now on it is the one that the module `vscode` works on. */
export function openWindow(...folders: readonly string[]): FakeWindow {
  current = new FakeWindow(folders);
  return current;
}

/** The window that the module `vscode` works on now. */
export function currentWindow(): FakeWindow {
  return current;
}
