import type { GateOptions } from './gateOptions.ts';
import { isObject, type RpcMessage } from './json.ts';
import { stopped, type Passage } from './passage.ts';

/** Which documents of the window a server is told of: none whose text can be that of another file. */
export class SharedDocuments {
  private readonly options: Pick<GateOptions, 'uris' | 'folder' | 'document' | 'texts'>;
  /** Those that are open in the window and kept from the server. */
  private readonly withheld = new Set<string>();

  constructor(options: Pick<GateOptions, 'uris' | 'folder' | 'document' | 'texts'>) {
    this.options = options;
  }

  isWithheld(hostUri: string): boolean {
    return this.withheld.has(hostUri);
  }

  /** The document was closed in the window. */
  forget(hostUri: string): void {
    this.withheld.delete(hostUri);
  }

  /** What becomes of a message with text of a document; `undefined` for one that may go on as it is. */
  pass({ method, params }: RpcMessage): Passage | undefined {
    const hostUri = documentUri(params);
    if (hostUri === undefined) return undefined;
    const wasWithheld = this.withheld.has(hostUri);
    if (!this.mayKnow(hostUri, wasWithheld)) {
      this.withheld.add(hostUri);
      return wasWithheld || method === 'textDocument/didOpen' ? stopped : this.close(hostUri);
    }
    if (!wasWithheld) return undefined;
    this.withheld.delete(hostUri);
    return this.open(hostUri);
  }

  private mayKnow(hostUri: string, wasWithheld: boolean): boolean {
    const { uris, folder, texts } = this.options;
    const path = uris.hostRelative(hostUri);
    // Outside of the folder there are only documents of the container.
    if (path === undefined) return !wasWithheld;
    return folder.isReadable(path) && texts.isOwn(hostUri);
  }

  /** From now on the server hears nothing more of it. */
  private close(hostUri: string): Passage {
    const uri = this.options.uris.toContainer(hostUri);
    if (uri === undefined) return stopped;
    const params = { textDocument: { uri } };
    return { onward: { jsonrpc: '2.0', method: 'textDocument/didClose', params } };
  }

  /** It is what it seems to be again. */
  private open(hostUri: string): Passage {
    const uri = this.options.uris.toContainer(hostUri);
    const document = this.options.document(hostUri);
    if (uri === undefined || !document) return stopped;
    const { languageId, version } = document;
    const textDocument = { uri, languageId, version, text: document.getText() };
    return { onward: { jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument } } };
  }
}

/** The address of the document that a message is about. */
export function documentUri(params: unknown): string | undefined {
  const document = isObject(params) ? params['textDocument'] : undefined;
  const uri = isObject(document) ? document['uri'] : undefined;
  return typeof uri === 'string' ? uri : undefined;
}
