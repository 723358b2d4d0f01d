import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { PathRules } from '../../src/isolation/pathRules.ts';
import { FileTexts } from '../../src/languageServers/fileTexts.ts';
import { FolderUris } from '../../src/languageServers/folderUris.ts';
import { frame, MessageFrames } from '../../src/languageServers/frames.ts';
import { parseMessage, type RpcMessage } from '../../src/languageServers/json.ts';
import { MessageGate } from '../../src/languageServers/messageGate.ts';
import { FolderGate } from '../../src/vscode/languageServers/folderGate.ts';
import type { BenchSetting } from './benchSetting.ts';
import { timed, type Measurement } from './measurement.ts';
import { inRunningWorkspace } from './runningWorkspace.ts';

const items = 100;
const exchanges = 200;
/** Answers every request with a list of completions, 50 KB of JSON. */
const server = `
const documentation = { kind: 'markdown', value: 'Says what [it](file:///workspace/src/a.ts) is for. '.repeat(5) };
const item = (n) => ({ label: 'name' + n, kind: 3, detail: '(property) name' + n + ': string', documentation,
  textEdit: { range: { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } }, newText: 'name' + n },
  data: { uri: 'file:///workspace/src/a.ts', position: { line: 1, character: 2 } } });
const result = { isIncomplete: false, items: Array.from({ length: ${items} }, (_, n) => item(n)) };
let rest = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (;;) {
    const start = rest.indexOf('\\r\\n\\r\\n') + 4;
    if (start < 4) return;
    const end = start + Number(/: (\\d+)/.exec(rest.toString('latin1', 0, start))[1]);
    if (rest.length < end) return;
    const { id } = JSON.parse(rest.toString('utf8', start, end));
    rest = rest.subarray(end);
    const content = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, result }));
    process.stdout.write('Content-Length: ' + content.length + '\\r\\n\\r\\n');
    process.stdout.write(content);
  }
});`;

/**
 * Questions to a language server in a workspace and its answers, beside the same server that runs on this machine with
 * nothing in between that looks at a message. A sample is the time of one message, of the two in an exchange.
 */
export async function measureLanguageServers(setting: BenchSetting): Promise<readonly Measurement[]> {
  const { folder, runs, signal } = setting;
  const direct = spawn(process.execPath, ['-e', server], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    return await inRunningWorkspace(setting, async ({ service, id }) => {
      const command = ['node', '-e', server];
      const session = await service.openSession(id, { kind: 'languageServer', command, stdin: true });
      const folderUri = pathToFileURL(folder).href;
      const gate = gateOf({ folder, folderUri, workspaceId: id });
      const guarded = new Exchange(session.stdout, (message) => {
        const { onward } = gate.fromClient(message);
        assert.ok(onward);
        session.stdin.write(frame(onward));
      });
      const plain = new Exchange(direct.stdout, (message) => direct.stdin.write(frame(message)));
      const samples = { cordon: [] as number[], raw: [] as number[] };
      const each = (ms: number) => ms / (2 * exchanges);
      for (let run = -1; run < runs; run++) {
        signal.throwIfAborted();
        const plainMs = await timed(() => plain.repeat(folderUri, (content) => parseMessage(content)));
        const guardedMs = await timed(() =>
          guarded.repeat(folderUri, (content) => gate.fromServer(parseMessage(content)).onward),
        );
        if (run < 0) continue;
        samples.raw.push(each(plainMs));
        samples.cordon.push(each(guardedMs));
      }
      const measure = `language server, a message of a completion with ${items} items (raw: on this machine)`;
      return [{ measure, samples, target: { of: 'added', atMost: 1 } }];
    });
  } finally {
    direct.kill();
  }
}

/** Asks one question after the other. */
class Exchange {
  private readonly contents: AsyncIterator<Buffer>;
  private readonly send: (message: RpcMessage) => unknown;
  private lastId = 0;

  constructor(stream: Readable, send: (message: RpcMessage) => unknown) {
    this.contents = messagesOf(stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    this.send = send;
  }

  async repeat(folderUri: string, read: (content: Buffer) => RpcMessage | undefined): Promise<void> {
    for (let count = 0; count < exchanges; count++) {
      const id = ++this.lastId;
      const params = {
        textDocument: { uri: `${folderUri}/src/a.ts` },
        position: { line: 1, character: 2 },
      };
      this.send({ jsonrpc: '2.0', id, method: 'textDocument/completion', params });
      const { value } = (await this.contents.next()) as { value: Buffer };
      const answer = read(value);
      assert.equal(answer?.id, id);
      assert.equal((answer.result as { items: unknown[] }).items.length, items);
    }
  }
}

async function* messagesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const frames = new MessageFrames();
  for await (const chunk of stream) yield* frames.read(chunk);
}

function gateOf(place: {
  readonly folder: string;
  readonly folderUri: string;
  readonly workspaceId: string;
}): MessageGate {
  const { folder, folderUri, workspaceId } = place;
  const ofFolder = {
    uris: new FolderUris({
      ...{ hostUris: [folderUri], hostPaths: [folder], workspaceId },
      platform: process.platform,
    }),
    folder: new FolderGate(folder, new PathRules({ protectedPaths: [], hiddenPaths: [] })),
    document: () => undefined,
  };
  return new MessageGate({
    ...ofFolder,
    texts: new FileTexts(ofFolder),
    ...{ folderUri, folderName: 'bench', commandPrefix: 'bench.', mayEditByItself: true, sections: [] },
    refused: (what) => {
      throw new Error(what);
    },
  });
}
