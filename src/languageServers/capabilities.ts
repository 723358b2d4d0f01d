import { isObject, listIn, type JsonObject } from './json.ts';
import { isModest } from './modestGlob.ts';
import type { ServerCommands } from './serverCommands.ts';

/** What a server may be able to do. Notebooks, and contents under schemes of its choice, are not among it. */
const capabilities: ReadonlySet<string> = new Set(
  `positionEncoding textDocumentSync completionProvider hoverProvider signatureHelpProvider declarationProvider
  definitionProvider typeDefinitionProvider implementationProvider referencesProvider documentHighlightProvider
  documentSymbolProvider codeActionProvider codeLensProvider documentLinkProvider colorProvider
  documentFormattingProvider documentRangeFormattingProvider documentOnTypeFormattingProvider renameProvider
  foldingRangeProvider executeCommandProvider selectionRangeProvider linkedEditingRangeProvider callHierarchyProvider
  semanticTokensProvider typeHierarchyProvider inlayHintProvider diagnosticProvider workspaceSymbolProvider
  workspace`.split(/\s+/),
);
/** What a capability may be told in more detail: nothing in it runs, links or matches anything. */
const details: ReadonlySet<string> = new Set(
  `resolveProvider prepareProvider triggerCharacters retriggerCharacters allCommitCharacters firstTriggerCharacter
  moreTriggerCharacter codeActionKinds completionItem labelDetailsSupport openClose change willSave willSaveWaitUntil
  save includeText syncKind legend tokenTypes tokenModifiers range full delta rangesSupport identifier
  interFileDependencies label id workDoneProgress`.split(/\s+/),
);
const mostFilters = 50;

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
export function detailsOf(value: unknown, depth = 0): unknown {
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
export function fileFilters(value: unknown): JsonObject {
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
