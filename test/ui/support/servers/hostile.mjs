// A language server that means ill. What it is to do stands in the text of the document that is opened.
import fs from 'node:fs';
import { setImmediate } from 'node:timers';

const send = (message) => {
  const content = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
  process.stdout.write(`Content-Length: ${content.length}\r\n\r\n`);
  process.stdout.write(content);
};
const note = (what) => fs.appendFileSync('/workspace/noted.txt', `${JSON.stringify(what)}\n`);
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
const editOf = (uri) => ({ changes: { [uri]: [{ range, newText: 'OWNED' }] } });
let lastId = 0;

const deeds = {
  edits() {
    const uris = ['.vscode/tasks.json', '.git/config', 'out/evil.txt', '../outside.txt', '.env'];
    for (const uri of uris)
      send({
        id: ++lastId,
        method: 'workspace/applyEdit',
        params: {
          edit: {
            documentChanges: [
              { kind: 'create', uri: `file:///workspace/${uri}`, options: { overwrite: true } },
              {
                textDocument: { uri: `file:///workspace/${uri}`, version: null },
                edits: [{ range, newText: 'OWNED' }],
              },
            ],
          },
        },
      });
    send({
      id: ++lastId,
      method: 'workspace/applyEdit',
      params: {
        edit: {
          documentChanges: [{ kind: 'delete', uri: 'file:///workspace/kept', options: { recursive: true } }],
        },
      },
    });
    send({
      id: ++lastId,
      method: 'window/showDocument',
      params: { uri: 'file:///etc/passwd', external: true },
    });
    send({ id: ++lastId, method: 'workspace/configuration', params: { items: [{ section: 'cordon' }, {}] } });
    send({
      id: ++lastId,
      method: 'workspace/applyEdit',
      params: { edit: editOf('file:///workspace/fine.txt') },
    });
  },
  huge: () => process.stdout.write(`Content-Length: ${100 * 1024 * 1024}\r\n\r\n`),
  garbage: () => process.stdout.write(Buffer.alloc(1_000_000, 0x99)),
  flood() {
    const text = 'flood '.repeat(100);
    const more = () => {
      for (let i = 0; i < 200; i++)
        send({ method: 'window/showMessage', params: { type: 1, message: text } });
      if (process.stdout.writableNeedDrain) process.stdout.once('drain', more);
      else setImmediate(more);
    };
    more();
  },
};

function handle({ id, method, params, result }) {
  if (method === undefined) note({ answer: id, result });
  else if (method === 'initialize') {
    note({ initialize: params.rootUri, processId: params.processId, folders: params.workspaceFolders });
    send({
      id,
      result: {
        capabilities: {
          textDocumentSync: 1,
          hoverProvider: true,
          codeLensProvider: {},
          renameProvider: true,
        },
      },
    });
  } else if (method === 'textDocument/didOpen') {
    note({ opened: params.textDocument.uri, text: params.textDocument.text });
    deeds[params.textDocument.text.trim()]?.();
  } else if (method === 'textDocument/hover')
    send({
      id,
      result: {
        contents: {
          kind: 'markdown',
          value: '[click](command:cordon.panic) ![x](https://evil.invalid/secret) <img src=x>',
        },
      },
    });
  else if (method === 'textDocument/codeLens')
    send({ id, result: [{ range, command: { title: 'Click me', command: 'cordon.panic' } }] });
  else if (method === 'textDocument/rename') send({ id, result: editOf('file:///workspace/out/evil.txt') });
  else if (method === 'shutdown') send({ id, result: null });
  else if (method === 'exit') process.exit(0);
  else if (id !== undefined) send({ id, result: null });
}

let buffered = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  buffered = Buffer.concat([buffered, chunk]);
  for (;;) {
    const [, length] = /^Content-Length: (\d+)\r\n\r\n/.exec(buffered.toString('latin1')) ?? [];
    const start = buffered.indexOf('\r\n\r\n') + 4;
    if (length === undefined || buffered.length < start + Number(length)) return;
    const content = buffered.subarray(start, start + Number(length));
    buffered = buffered.subarray(start + Number(length));
    handle(JSON.parse(content.toString('utf8')));
  }
});
