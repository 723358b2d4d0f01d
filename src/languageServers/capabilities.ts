import { isObject, type JsonObject } from './json.ts';
import type { ServerCommands } from './serverCommands.ts';

/** What a server may be able to do. Notebooks, and contents under schemes of its choice, are not among it. */
const capabilities: ReadonlySet<string> = new Set([
  ...['positionEncoding', 'textDocumentSync', 'completionProvider', 'hoverProvider', 'signatureHelpProvider'],
  ...['declarationProvider', 'definitionProvider', 'typeDefinitionProvider', 'implementationProvider'],
  ...['referencesProvider', 'documentHighlightProvider', 'documentSymbolProvider', 'codeActionProvider'],
  ...['codeLensProvider', 'documentLinkProvider', 'colorProvider', 'documentFormattingProvider'],
  ...['documentRangeFormattingProvider', 'documentOnTypeFormattingProvider', 'renameProvider'],
  ...[
    'foldingRangeProvider',
    'executeCommandProvider',
    'selectionRangeProvider',
    'linkedEditingRangeProvider',
  ],
  ...['callHierarchyProvider', 'semanticTokensProvider', 'typeHierarchyProvider', 'inlayHintProvider'],
  ...['diagnosticProvider', 'workspaceSymbolProvider', 'workspace'],
]);
const ofWorkspace: ReadonlySet<string> = new Set(['workspaceFolders', 'fileOperations']);

const methods: ReadonlySet<string> = new Set([
  ...[
    'didOpen',
    'didChange',
    'willSave',
    'willSaveWaitUntil',
    'didSave',
    'didClose',
    'completion',
    'hover',
  ].map(inDocument),
  ...['signatureHelp', 'declaration', 'definition', 'typeDefinition', 'implementation', 'references'].map(
    inDocument,
  ),
  ...['documentHighlight', 'documentSymbol', 'codeAction', 'codeLens', 'documentLink', 'documentColor'].map(
    inDocument,
  ),
  ...['formatting', 'rangeFormatting', 'onTypeFormatting', 'rename', 'foldingRange', 'selectionRange'].map(
    inDocument,
  ),
  ...[
    'linkedEditingRange',
    'prepareCallHierarchy',
    'semanticTokens',
    'prepareTypeHierarchy',
    'inlayHint',
  ].map(inDocument),
  'textDocument/diagnostic',
  ...['didChangeWatchedFiles', 'didChangeConfiguration', 'executeCommand', 'symbol'].map(
    (name) => `workspace/${name}`,
  ),
  ...['didCreateFiles', 'willCreateFiles', 'didRenameFiles', 'willRenameFiles', 'didDeleteFiles'].map(
    (name) => `workspace/${name}`,
  ),
  'workspace/willDeleteFiles',
]);

const mostRegistrations = 500;
const mostWatchers = 200;

/** What decides about that which a server registers. */
interface RegistrationRules {
  readonly commands: ServerCommands;
  /** The folder's address in the window. */
  readonly folderUri: string;
  toHost(uri: string): string | undefined;
  isInFolder(containerUri: string): boolean;
  /** Whether the server may read these settings. */
  isSection(section: string): boolean;
}

/** What a server says it can do, as far as it may. It is asked about the documents that it was started for. */
export function allowedCapabilities(given: JsonObject, commands: ServerCommands): JsonObject {
  const allowed: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (!capabilities.has(key)) continue;
    if (!isObject(value)) allowed[key] = value;
    else if (key === 'workspace')
      allowed[key] = Object.fromEntries(Object.entries(value).filter(([name]) => ofWorkspace.has(name)));
    else if (key === 'executeCommandProvider')
      allowed[key] = { commands: commands.register(value['commands']) };
    else allowed[key] = { ...value, ...('documentSelector' in value && { documentSelector: null }) };
  }
  return allowed;
}

/** Takes the registrations that a server may make, and counts them. */
export class Registrations {
  private readonly rules: RegistrationRules;
  private readonly ids = new Map<string, number>();

  constructor(rules: RegistrationRules) {
    this.rules = rules;
  }

  register(params: unknown): { readonly registrations: readonly JsonObject[] } {
    const allowed = listIn(params, 'registrations').map((each) => this.one(each));
    return { registrations: allowed.filter((each) => each !== undefined) };
  }

  unregister(params: unknown): { readonly unregisterations: readonly JsonObject[] } {
    const known = listIn(params, 'unregisterations').filter(
      (each: unknown): each is JsonObject =>
        isObject(each) && typeof each['id'] === 'string' && this.ids.delete(each['id']),
    );
    return { unregisterations: known };
  }

  private one(registration: unknown): JsonObject | undefined {
    if (!isObject(registration) || this.ids.size >= mostRegistrations) return undefined;
    const { id, method, registerOptions } = registration;
    if (typeof id !== 'string' || typeof method !== 'string' || !methods.has(method)) return undefined;
    const given = isObject(registerOptions) ? registerOptions : {};
    const options = this.options(method, { ...given, documentSelector: null });
    if (!options) return undefined;
    this.ids.set(id, listIn(options, 'watchers').length);
    return { id, method, registerOptions: options };
  }

  private options(method: string, options: JsonObject): JsonObject | undefined {
    if (method === 'workspace/executeCommand')
      return { commands: this.rules.commands.register(options['commands']) };
    if (method === 'workspace/didChangeConfiguration') return this.sections(options['section']);
    if (method !== 'workspace/didChangeWatchedFiles') return options;
    const taken = [...this.ids.values()].reduce((sum, count) => sum + count, 0);
    const allowed = listIn(options, 'watchers')
      .flatMap((each) => this.watcher(each) ?? [])
      .slice(0, mostWatchers - taken);
    return allowed.length > 0 ? { watchers: allowed } : undefined;
  }

  /** Only settings that the server may read are sent when they change; no others are even named. */
  private sections(section: unknown): JsonObject {
    const wanted: readonly unknown[] = Array.isArray(section) ? section : [section];
    const allowed = wanted.filter(
      (each): each is string => typeof each === 'string' && this.rules.isSection(each),
    );
    return allowed.length > 0 ? { section: allowed } : {};
  }

  /** Patterns are below the folder, whatever way they were written. */
  private watcher(watcher: unknown): JsonObject | undefined {
    if (!isObject(watcher)) return undefined;
    const { globPattern, kind } = watcher;
    const glob = this.glob(globPattern);
    return glob && { globPattern: glob, ...(typeof kind === 'number' && { kind }) };
  }

  private glob(glob: unknown): JsonObject | undefined {
    const { folderUri } = this.rules;
    if (typeof glob === 'string') {
      const inFolder = glob.startsWith('/') ? /^\/workspace\/(.+)$/s.exec(glob)?.[1] : glob;
      return inFolder === undefined || leaves(inFolder)
        ? undefined
        : { baseUri: folderUri, pattern: inFolder };
    }
    if (!isObject(glob) || typeof glob['pattern'] !== 'string' || leaves(glob['pattern'])) return undefined;
    const { baseUri, pattern } = glob;
    const base = isObject(baseUri) ? baseUri['uri'] : baseUri;
    if (typeof base !== 'string' || !this.rules.isInFolder(base)) return undefined;
    return { baseUri: this.rules.toHost(base), pattern };
  }
}

function inDocument(name: string): string {
  return `textDocument/${name}`;
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = isObject(value) ? value[key] : undefined;
  return Array.isArray(list) ? list : [];
}

function leaves(pattern: string): boolean {
  return pattern.length > 2000 || pattern.split(/[/\\{},]/).includes('..');
}
