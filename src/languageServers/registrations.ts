import { detailsOf, fileFilters } from './capabilities.ts';
import { isObject, listIn, type JsonObject } from './json.ts';
import { isModest } from './modestGlob.ts';
import type { ServerCommands } from './serverCommands.ts';

const inDocument = `didOpen didChange willSave willSaveWaitUntil didSave didClose completion hover signatureHelp
  declaration definition typeDefinition implementation references documentHighlight documentSymbol codeAction codeLens
  documentLink documentColor formatting rangeFormatting onTypeFormatting rename foldingRange selectionRange
  linkedEditingRange prepareCallHierarchy semanticTokens prepareTypeHierarchy inlayHint diagnostic`;
const inWorkspace = `didChangeWatchedFiles didChangeConfiguration executeCommand symbol didCreateFiles willCreateFiles
  didRenameFiles willRenameFiles didDeleteFiles willDeleteFiles`;
const methods: ReadonlySet<string> = new Set([
  ...inDocument.split(/\s+/).map((name) => `textDocument/${name}`),
  ...inWorkspace.split(/\s+/).map((name) => `workspace/${name}`),
]);

const mostRegistrations = 500;
const mostWatchers = 200;
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
