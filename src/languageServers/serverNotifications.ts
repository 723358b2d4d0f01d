import { Allowance } from '../shared/allowance.ts';
import type { GateOptions } from './gateOptions.ts';
import { cleanDiagnostics, cleanProgress } from './incomingText.ts';
import { isObject, type JsonObject, type RpcMessage } from './json.ts';
import { walk, type WalkRules } from './messageWalk.ts';
import type { OpenProgress } from './openProgress.ts';
import { stopped, type Passage } from './passage.ts';
import { plainText } from './plainText.ts';
import { spoken } from './serverRequests.ts';

const longestLogged = 10_000;
/** So many documents have diagnostics at the same time. */
const mostDocuments = 2000;

interface Parts {
  readonly options: GateOptions;
  readonly inward: WalkRules;
  readonly progress: OpenProgress;
  /** For what comes before the person's eyes. */
  readonly shown: Allowance;
}

/** What a server tells the window: passed on as far as it may be. */
export class ServerNotifications {
  private readonly parts: Parts;
  /** Addresses of documents that have some now. */
  private readonly withDiagnostics = new Set<string>();
  private readonly logged = new Allowance(256 * 1024, 32 * 1024);

  constructor(parts: Parts) {
    this.parts = parts;
  }

  pass(method: string, message: RpcMessage): Passage {
    const params = isObject(message.params) ? message.params : {};
    switch (method) {
      case 'textDocument/publishDiagnostics':
        return told(method, this.diagnostics(params));
      case 'window/showMessage':
        return this.say(params);
      case 'window/logMessage':
        return this.writeLog(params);
      case '$/progress':
        this.parts.progress.report(params);
        return told(method, cleanProgress(params));
      case '$/cancelRequest':
        return told(method, params);
      default:
        return stopped;
    }
  }

  private diagnostics(params: JsonObject): JsonObject | undefined {
    const { uri } = params;
    const { uris, folder } = this.parts.options;
    const path = typeof uri === 'string' ? uris.containerRelative(uri) : undefined;
    if (path === undefined || !folder.isShared(path)) return undefined;
    const { version } = params;
    const known = typeof version === 'number' ? { version } : {};
    const diagnostics = cleanDiagnostics(params['diagnostics']);
    if (!this.fits(uri, diagnostics.length)) return undefined;
    const mapped = walk({ uri, diagnostics, ...known }, this.parts.inward);
    return isObject(mapped) ? mapped : undefined;
  }

  /** Whether there are not too many documents with diagnostics. */
  private fits(uri: unknown, count: number): boolean {
    const address = String(uri);
    if (count === 0) return this.withDiagnostics.delete(address) || true;
    if (!this.withDiagnostics.has(address) && this.withDiagnostics.size >= mostDocuments) return false;
    this.withDiagnostics.add(address);
    return true;
  }

  private say({ type, message: text }: JsonObject): Passage {
    if (typeof text !== 'string') return stopped;
    if (!this.parts.shown.tryTake(1)) return this.writeLog({ type, message: text });
    return told('window/showMessage', { type, message: spoken(this.parts.options.folderName, text) });
  }

  private writeLog({ type, message: text }: JsonObject): Passage {
    if (typeof text !== 'string') return stopped;
    const message = plainText(text, longestLogged);
    if (!this.logged.tryTake(message.length)) return stopped;
    return told('window/logMessage', { type: typeof type === 'number' ? type : 4, message });
  }
}

function told(method: string, params: JsonObject | undefined): Passage {
  return params ? { onward: { jsonrpc: '2.0', method, params } } : stopped;
}
