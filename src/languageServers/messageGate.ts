import { Allowance } from '../shared/allowance.ts';
import { allowedCapabilities } from './capabilities.ts';
import type { GateOptions } from './gateOptions.ts';
import { InwardRules } from './inwardRules.ts';
import { isObject, type JsonObject, type RpcMessage } from './json.ts';
import { nowhere, walk, walkArguments, type WalkRules } from './messageWalk.ts';
import { OpenProgress } from './openProgress.ts';
import { answer, refusal, rpcErrors, stopped, type Passage } from './passage.ts';
import { plainText } from './plainText.ts';
import { Registrations } from './registrations.ts';
import { safeResult } from './safeResults.ts';
import { ServerCommands } from './serverCommands.ts';
import { ServerNotifications } from './serverNotifications.ts';
import { containerFolderUri, ServerRequests } from './serverRequests.ts';
import { documentUri, SharedDocuments } from './sharedDocuments.ts';

const mostPending = 10_000;
const carriesText: ReadonlySet<string> = new Set(
  ['didOpen', 'didChange', 'didSave'].map((name) => `textDocument/${name}`),
);

/**
 * Stands between the language client and a server that nobody trusts. Every message passes here: addresses are carried
 * over, what the server must not see is kept from it, and what it must not do is refused.
 */
export class MessageGate {
  private readonly options: GateOptions;
  private readonly commands: ServerCommands;
  private readonly requests: ServerRequests;
  private readonly notifications: ServerNotifications;
  private readonly inward: WalkRules;
  private readonly outward: WalkRules;
  /** Methods of requests of the window that were not answered yet, by their ids. */
  private readonly pending = new Map<string | number, string>();
  private readonly documents: SharedDocuments;

  constructor(options: GateOptions) {
    const { uris, folderUri, sections } = options;
    const isSection = (section: string) =>
      sections.some((each) => section === each || section.startsWith(`${each}.`));
    this.options = options;
    this.documents = new SharedDocuments(options);
    this.commands = new ServerCommands(options.commandPrefix);
    this.inward = new InwardRules(options, this.commands);
    this.outward = {
      uri: (uri) => (this.isShared(uri) ? uris.toContainer(uri) : undefined),
      argument: (text) => uris.textToContainer(text),
      object: (value) => this.commands.giveBack(value),
    };
    const registrations = new Registrations({
      ...{ commands: this.commands, folderUri, isSection },
      toHost: (uri) => uris.toHost(uri),
      isInFolder: (uri) => uris.containerRelative(uri) !== undefined,
    });
    const parts = {
      ...{ options, inward: this.inward },
      ...{ shown: new Allowance(5, 0.05), progress: new OpenProgress() },
    };
    this.requests = new ServerRequests({ ...parts, registrations, isSection });
    this.notifications = new ServerNotifications(parts);
  }

  /** Whether a message of the window has to wait for what the window tells next, but not for long. */
  mustWait({ method, params }: RpcMessage): boolean {
    const uri = method !== undefined && carriesText.has(method) ? documentUri(params) : undefined;
    return uri !== undefined && this.options.texts.isUnsure(uri);
  }

  /** A message of the window for the server. */
  fromClient(message: RpcMessage): Passage {
    const { id, method } = message;
    if (method === undefined) return this.answerOfClient(message);
    if (id !== undefined && this.pending.size >= mostPending) return answer(message, null);
    if (method === 'workspace/executeCommand') return this.execute(message);
    const told = carriesText.has(method) ? this.documents.pass(message) : undefined;
    if (told) return told;
    const params =
      method === 'initialize'
        ? this.initialization(message.params)
        : this.paramsOfClient(method, message.params);
    if (params === nowhere) return answer(message, null);
    if (id !== undefined) this.pending.set(id, method);
    return { onward: { ...message, ...(params !== undefined && { params }) } };
  }

  /** A message of the server for the window. */
  fromServer(message: RpcMessage): Passage {
    const { id, method } = message;
    if (method === undefined) return this.answerOfServer(message);
    return (id === undefined ? this.notifications : this.requests).pass(method, message);
  }

  private initialization(params: unknown): unknown {
    const given = isObject(params) ? params : {};
    return {
      ...given,
      capabilities: clientCapabilities(given['capabilities']),
      // It means nothing in the container, and servers end where there is no such process.
      processId: null,
      rootPath: '/workspace',
      rootUri: containerFolderUri,
      workspaceFolders: [{ uri: containerFolderUri, name: this.options.folderName }],
    };
  }

  private paramsOfClient(method: string, params: unknown): unknown {
    if (method === 'workspace/didChangeConfiguration') return this.valuesFor(params);
    const uri = documentUri(params);
    const mapped = walk(params, this.outward);
    if (method === 'textDocument/didClose' && uri !== undefined) this.documents.forget(uri);
    return mapped;
  }

  /** Settings and arguments, with the paths that the container has. */
  private valuesFor(values: unknown): unknown {
    return walkArguments(values, (text) => this.options.uris.textToContainer(text));
  }

  private execute(message: RpcMessage): Passage {
    const params = isObject(message.params) ? message.params : {};
    const command = this.commands.nameOf(params['command']);
    if (command === undefined || message.id === undefined)
      return refusal(message, rpcErrors.requestFailed, 'This server has no such command.');
    this.pending.set(message.id, 'workspace/executeCommand');
    const args = this.valuesFor(params['arguments']);
    const onward = { command, ...(Array.isArray(args) && { arguments: args }) };
    return { onward: { ...message, params: onward } };
  }

  /** The window's answer to a request of the server. */
  private answerOfClient(message: RpcMessage): Passage {
    const method = message.id === undefined ? undefined : this.requests.take(message.id);
    if (method === undefined) return stopped;
    // What went wrong in the window may name places of this machine.
    if (message.error !== undefined)
      return refusal(message, rpcErrors.requestFailed, 'The window could not do this.', 'onward');
    if (method !== 'workspace/configuration' || message.result === undefined) return { onward: message };
    return { onward: { ...message, result: this.valuesFor(message.result) } };
  }

  /** The server's answer to a request of the window. */
  private answerOfServer({ id, result, error }: RpcMessage): Passage {
    const method = id === undefined ? undefined : this.pending.get(id);
    if (method === undefined || id === undefined) return stopped;
    this.pending.delete(id);
    if (error === undefined) return { onward: { jsonrpc: '2.0', id, result: this.resultOf(method, result) } };
    const { code, message } = isObject(error) ? error : {};
    const known = {
      code: typeof code === 'number' ? code : rpcErrors.requestFailed,
      message: typeof message === 'string' ? plainText(message) : '',
    };
    return { onward: { jsonrpc: '2.0', id, error: known } };
  }

  private resultOf(method: string, result: unknown): unknown {
    if (method === 'initialize') {
      const { capabilities, serverInfo } = isObject(result) ? result : {};
      return {
        capabilities: allowedCapabilities(isObject(capabilities) ? capabilities : {}, this.commands),
        ...(isObject(serverInfo) && { serverInfo }),
      };
    }
    // What a command gives back is for nobody here.
    if (method === 'workspace/executeCommand' || method === 'shutdown') return null;
    const mapped = walk(safeResult(method, result, this.options.mayEditByItself), this.inward);
    return mapped === nowhere || mapped === undefined ? null : mapped;
  }

  private isShared(hostUri: string): boolean {
    if (this.documents.isWithheld(hostUri)) return false;
    const path = this.options.uris.hostRelative(hostUri);
    // Outside of the folder there are only documents of the container, which it knows.
    return path === undefined || this.options.folder.isShared(path);
  }
}

/** What the window can do, without what the gate takes out of each edit. */
function clientCapabilities(given: unknown): JsonObject {
  const capabilities = isObject(given) ? given : {};
  const workspace = isObject(capabilities['workspace']) ? capabilities['workspace'] : {};
  const edits = isObject(workspace['workspaceEdit']) ? workspace['workspaceEdit'] : {};
  const workspaceEdit = { ...edits, resourceOperations: [], snippetEditSupport: false };
  return { ...capabilities, workspace: { ...workspace, workspaceEdit } };
}
