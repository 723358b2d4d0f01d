import { isObject, type JsonObject } from './json.ts';
import { isModest } from './modestGlob.ts';
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
/** What a capability may be told in more detail: nothing in it runs, links or matches anything. */
const details: ReadonlySet<string> = new Set([
  ...[
    'resolveProvider',
    'prepareProvider',
    'triggerCharacters',
    'retriggerCharacters',
    'allCommitCharacters',
  ],
  ...[
    'firstTriggerCharacter',
    'moreTriggerCharacter',
    'codeActionKinds',
    'completionItem',
    'labelDetailsSupport',
  ],
  ...['openClose', 'change', 'willSave', 'willSaveWaitUntil', 'save', 'includeText', 'syncKind'],
  ...['legend', 'tokenTypes', 'tokenModifiers', 'range', 'full', 'delta', 'rangesSupport'],
  ...['identifier', 'interFileDependencies', 'label', 'id', 'workDoneProgress'],
]);

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
const mostFilters = 50;
const fileOperation = /^workspace\/(?:did|will)(?:Create|Rename|Delete)Files$/;

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
    if (key === 'workspace') allowed[key] = ofWorkspace(value);
    else if (key === 'executeCommandProvider')
      allowed[key] = { commands: commands.register(isObject(value) ? value['commands'] : undefined) };
    else allowed[key] = detailsOf(value);
  }
  return allowed;
}

/** Flags, numbers and lists of texts, and the same below them. */
function detailsOf(value: unknown, depth = 0): unknown {
  if (Array.isArray(value)) return value.filter((each) => typeof each !== 'object').slice(0, 1000);
  if (!isObject(value)) return value;
  if (depth > 3) return undefined;
  const kept = Object.entries(value).filter(([key]) => details.has(key));
  return Object.fromEntries(kept.map(([key, each]) => [key, detailsOf(each, depth + 1)]));
}

function ofWorkspace(value: unknown): JsonObject {
  const { workspaceFolders, fileOperations } = isObject(value) ? value : {};
  const operations = Object.entries(isObject(fileOperations) ? fileOperations : {});
  return {
    ...(isObject(workspaceFolders) && { workspaceFolders: { supported: true } }),
    fileOperations: Object.fromEntries(operations.map(([name, each]) => [name, fileFilters(each)])),
  };
}

/** Which files a server wants to hear of. */
function fileFilters(value: unknown): JsonObject {
  const filters = listIn(value, 'filters')
    .slice(0, mostFilters)
    .flatMap((each) => {
      const pattern = isObject(each) ? each['pattern'] : undefined;
      const { glob, matches } = isObject(pattern) ? pattern : {};
      if (typeof glob !== 'string' || !isModest(glob)) return [];
      const kind = matches === 'file' || matches === 'folder' ? { matches } : {};
      return [{ scheme: 'file', pattern: { glob, ...kind } }];
    });
  return { filters };
}

/** Takes the registrations that a server may make, and counts them. */
export class Registrations {
  private readonly rules: RegistrationRules;
  private readonly known = new Map<string, { readonly method: string; readonly watchers: number }>();

  constructor(rules: RegistrationRules) {
    this.rules = rules;
  }

  register(params: unknown): { readonly registrations: readonly JsonObject[] } {
    const given = listIn(params, 'registrations').slice(0, mostRegistrations);
    return { registrations: given.map((each) => this.one(each)).filter((each) => each !== undefined) };
  }

  unregister(params: unknown): { readonly unregisterations: readonly JsonObject[] } {
    const given = listIn(params, 'unregisterations').slice(0, mostRegistrations);
    const unregisterations = given.flatMap((each) => {
      const id = isObject(each) ? each['id'] : undefined;
      const known = typeof id === 'string' ? this.known.get(id) : undefined;
      if (typeof id !== 'string' || !known) return [];
      this.known.delete(id);
      return [{ id, method: known.method }];
    });
    return { unregisterations };
  }

  private one(registration: unknown): JsonObject | undefined {
    if (!isObject(registration) || this.known.size >= mostRegistrations) return undefined;
    const { id, method, registerOptions } = registration;
    if (typeof id !== 'string' || typeof method !== 'string' || !methods.has(method)) return undefined;
    // A second one of the same name would take the place of the first, which nothing could end then.
    if (this.known.has(id)) return undefined;
    const options = this.options(method, isObject(registerOptions) ? registerOptions : {});
    if (!options) return undefined;
    this.known.set(id, { method, watchers: listIn(options, 'watchers').length });
    return { id, method, registerOptions: options };
  }

  private options(method: string, options: JsonObject): JsonObject | undefined {
    if (method === 'workspace/executeCommand')
      return { commands: this.rules.commands.register(options['commands']) };
    if (method === 'workspace/didChangeConfiguration') return this.sections(options['section']);
    if (fileOperation.test(method)) return fileFilters(options);
    if (method !== 'workspace/didChangeWatchedFiles')
      return { ...(detailsOf(options) as JsonObject), documentSelector: null };
    const taken = [...this.known.values()].reduce((sum, { watchers }) => sum + watchers, 0);
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
      return inFolder === undefined || !isModest(inFolder)
        ? undefined
        : { baseUri: folderUri, pattern: inFolder };
    }
    if (!isObject(glob) || typeof glob['pattern'] !== 'string' || !isModest(glob['pattern']))
      return undefined;
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
