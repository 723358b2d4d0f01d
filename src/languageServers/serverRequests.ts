import type { Allowance } from '../shared/allowance.ts';
import type { GateOptions } from './gateOptions.ts';
import { isObject, type JsonObject, type RpcMessage } from './json.ts';
import { nowhere, walk, type WalkRules } from './messageWalk.ts';
import type { OpenProgress } from './openProgress.ts';
import { answer, refusal, rpcErrors, stopped, type Passage } from './passage.ts';
import { plainText } from './plainText.ts';
import type { Registrations } from './registrations.ts';
import { isWorkspaceEdit } from './workspaceEdit.ts';

/** How a server knows its folder. */
export const containerFolderUri = 'file:///workspace';

const mostPending = 10_000;
/** Requests that only ask the window to ask again. */
const refreshes =
  /^workspace\/(?:codeLens|semanticTokens|inlayHint|diagnostic|foldingRange|inlineValue)\/refresh$/;

interface Parts {
  readonly options: GateOptions;
  readonly registrations: Registrations;
  readonly inward: WalkRules;
  readonly progress: OpenProgress;
  /** For what comes before the person's eyes. */
  readonly shown: Allowance;
  isSection(section: string): boolean;
}

/** What a server asks of the window: passed on as far as it may be, and answered in the window's place otherwise. */
export class ServerRequests {
  private readonly parts: Parts;
  /** Methods of those that the window has not answered yet. */
  private readonly pending = new Map<string | number, string>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** What was asked under this id, once. */
  take(id: string | number): string | undefined {
    const method = this.pending.get(id);
    this.pending.delete(id);
    return method;
  }

  pass(method: string, message: RpcMessage): Passage {
    const { params } = message;
    const { options, registrations } = this.parts;
    switch (method) {
      case 'workspace/workspaceFolders':
        return answer(message, [{ uri: containerFolderUri, name: options.folderName }]);
      case 'workspace/configuration':
        return this.forward(message, this.configuration(params));
      case 'workspace/applyEdit':
        return this.applyEdit(message);
      case 'window/showDocument':
        return this.showDocument(message);
      case 'window/showMessageRequest':
        return this.askPerson(message);
      case 'client/registerCapability':
        return this.forward(message, registrations.register(params));
      case 'client/unregisterCapability':
        return this.forward(message, registrations.unregister(params));
      case 'window/workDoneProgress/create':
        return this.parts.progress.begin(params)
          ? this.forward(message, params)
          : refusal(message, rpcErrors.requestFailed, 'Too much is shown already.');
      default:
        return refreshes.test(method)
          ? this.forward(message, undefined)
          : refusal(message, rpcErrors.methodNotFound, 'Cordon does not pass this on.');
    }
  }

  private forward(message: RpcMessage, params: unknown): Passage {
    const { id, method } = message;
    if (id === undefined || method === undefined) return stopped;
    if (this.pending.size >= mostPending)
      return refusal(message, rpcErrors.requestFailed, 'Too many requests.');
    this.pending.set(id, method);
    return { onward: { jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) } };
  }

  /** Settings that the server may not read are asked for under a name that none has. */
  private configuration(params: unknown): JsonObject {
    const items = isObject(params) && Array.isArray(params['items']) ? (params['items'] as unknown[]) : [];
    return {
      items: items.slice(0, 1000).map((item) => {
        const section = isObject(item) ? item['section'] : undefined;
        return typeof section === 'string' && this.parts.isSection(section)
          ? { section, scopeUri: this.parts.options.folderUri }
          : { section: 'cordon.notForLanguageServers' };
      }),
    };
  }

  private applyEdit(message: RpcMessage): Passage {
    const { edit } = isObject(message.params) ? message.params : {};
    const { options, inward } = this.parts;
    const refuse = (failureReason: string) => answer(message, { applied: false, failureReason });
    if (!options.mayEditByItself) {
      options.refused('an edit of a folder that the container may not write');
      return refuse('The folder is read-only for this workspace.');
    }
    const mapped = isObject(edit) && isWorkspaceEdit(edit) ? walk(edit, inward) : nowhere;
    if (mapped === nowhere) return refuse('Only files of the folder can be changed, and no protected ones.');
    return this.forward(message, { edit: mapped });
  }

  private showDocument(message: RpcMessage): Passage {
    const { uri, external, selection, takeFocus } = isObject(message.params) ? message.params : {};
    const { uris, folder, refused } = this.parts.options;
    const host = typeof uri === 'string' && external !== true ? uris.toHost(uri) : undefined;
    const path = host === undefined ? undefined : uris.hostRelative(host);
    const isFine = host !== undefined && (path === undefined || folder.isReadable(path));
    if (!isFine || !this.parts.shown.tryTake(1)) {
      refused('to show something outside of the folder, or too much at once');
      return answer(message, { success: false });
    }
    const place = isObject(selection) && { selection };
    return this.forward(message, { uri: host, takeFocus: takeFocus === true, ...place });
  }

  private askPerson(message: RpcMessage): Passage {
    const { type, message: text, actions } = isObject(message.params) ? message.params : {};
    if (typeof text !== 'string' || !this.parts.shown.tryTake(1)) return answer(message, null);
    const titles = (Array.isArray(actions) ? (actions as unknown[]) : []).flatMap((each) =>
      isObject(each) && typeof each['title'] === 'string' ? [{ title: plainText(each['title'], 100) }] : [],
    );
    const said = spoken(this.parts.options.folderName, text);
    return this.forward(message, { type, message: said, actions: titles.slice(0, 4) });
  }
}

/** Words of a server under a name: nobody should take them for the window's own. */
export function spoken(folderName: string, text: string): string {
  return `${folderName}: ${plainText(text)}`;
}
