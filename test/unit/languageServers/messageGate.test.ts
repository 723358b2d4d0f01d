import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FileTexts } from '../../../src/languageServers/fileTexts.ts';
import { FolderUris } from '../../../src/languageServers/folderUris.ts';
import { ProtocolFailure } from '../../../src/languageServers/frames.ts';
import type { RpcMessage } from '../../../src/languageServers/json.ts';
import type { GateOptions } from '../../../src/languageServers/gateOptions.ts';
import { MessageGate } from '../../../src/languageServers/messageGate.ts';

const host = 'file:///home/me/app';
const inside = 'file:///workspace';

/** A gate on a folder in which everything below `closed` is neither shown nor changed, and where `link` leads out. */
function gateOf(options: Partial<Omit<GateOptions, 'texts'>> = {}) {
  const refused: string[] = [];
  const isOpen = (path: string) => !path.split('/').includes('closed');
  const given = {
    uris: new FolderUris({
      hostUris: [host],
      hostPaths: ['/home/me/app'],
      workspaceId: 'w1',
      platform: 'linux',
    }),
    folder: {
      isShared: isOpen,
      isReadable: (path: string) => isOpen(path) && !path.startsWith('link'),
      holds: () => true,
      mayChange: (path: string) => path !== '' && isOpen(path) && !path.startsWith('link'),
    },
    document: () => ({ languageId: 'typescript', version: 1, isDirty: false, getText: () => '' }),
    folderUri: host,
    folderName: 'app',
    commandPrefix: 'cordon.7.',
    mayEditByItself: true,
    sections: ['typescript', 'js/ts'],
    refused: (what: string) => refused.push(what),
    ...options,
  };
  const texts = new FileTexts(given);
  const gate = new MessageGate({ ...given, texts });
  let lastId = 0;
  /** What the window gets for a request that the server answers with this. */
  const answered = (method: string, result: unknown) => {
    const id = ++lastId;
    gate.fromClient({ jsonrpc: '2.0', id, method, params: {} });
    return gate.fromServer({ jsonrpc: '2.0', id, result }).onward?.result;
  };
  const asks = (method: string, params?: unknown) =>
    gate.fromServer({ jsonrpc: '2.0', id: `s${++lastId}`, method, params });
  const tells = (method: string, params: unknown) => gate.fromServer({ jsonrpc: '2.0', method, params });
  const sends = (method: string, params: unknown) => gate.fromClient({ jsonrpc: '2.0', method, params });
  return { gate, texts, refused, answered, asks, tells, sends };
}
const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
const params = (message: RpcMessage | undefined) => message?.params as Record<string, unknown>;

describe('what a server is told', () => {
  it('begins with its own side of the folder, and no process of this machine', () => {
    const { gate } = gateOf();
    const given = {
      processId: 12,
      rootPath: '/home/me/app',
      rootUri: host,
      workspaceFolders: [{ uri: host, name: 'app' }],
      capabilities: { workspace: { applyEdit: true } },
    };
    const { onward } = gate.fromClient({ jsonrpc: '2.0', id: 1, method: 'initialize', params: given });
    assert.deepEqual(onward?.params, {
      processId: null,
      rootPath: '/workspace',
      rootUri: inside,
      workspaceFolders: [{ uri: inside, name: 'app' }],
      capabilities: {
        workspace: { applyEdit: true, workspaceEdit: { resourceOperations: [], snippetEditSupport: false } },
      },
    });
  });

  it('has addresses carried over, and texts of documents to the last byte as they are', () => {
    const { sends } = gateOf();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constant(`${host}/a`), fc.constant('/home/me/app')), (text) => {
        const { onward } = sends('textDocument/didOpen', {
          textDocument: { uri: `${host}/a.ts`, languageId: 'typescript', version: 1, text },
        });
        assert.deepEqual(params(onward)['textDocument'], {
          uri: `${inside}/a.ts`,
          languageId: 'typescript',
          version: 1,
          text,
        });
      }),
    );
  });

  it('is nothing of documents outside of the folder, closed ones, and those behind a link', () => {
    for (const uri of ['file:///home/me/other.ts', `${host}/closed/a.ts`, `${host}/link.ts`, 'untitled:x']) {
      const { gate, sends } = gateOf();
      const textDocument = { uri, languageId: 'typescript', version: 1, text: 'secret' };
      assert.deepEqual(sends('textDocument/didOpen', { textDocument }), {}, uri);
      const change = { textDocument: { uri, version: 2 }, contentChanges: [{ text: 'secret' }] };
      assert.deepEqual(sends('textDocument/didChange', change), {}, uri);
      const hover = gate.fromClient({
        jsonrpc: '2.0',
        id: 5,
        method: 'textDocument/hover',
        params: { textDocument: { uri } },
      });
      assert.deepEqual(hover, { back: { jsonrpc: '2.0', id: 5, result: null } }, uri);
      assert.deepEqual(sends('textDocument/didClose', { textDocument: { uri } }), {}, uri);
    }
  });

  it('is no text that a link brought into a document while it was open, and nothing more of that document', () => {
    let isLink = false;
    const folder = {
      isShared: () => true,
      isReadable: () => !isLink,
      holds: () => !isLink,
      mayChange: () => true,
    };
    const { sends } = gateOf({ folder });
    const textDocument = { uri: `${host}/a.ts`, languageId: 'typescript', version: 1, text: 'mine' };
    const change = {
      textDocument: { uri: `${host}/a.ts`, version: 2 },
      contentChanges: [{ text: 'secret' }],
    };
    assert.ok(sends('textDocument/didOpen', { textDocument }).onward);
    assert.ok(sends('textDocument/didChange', change).onward);
    isLink = true;
    assert.deepEqual(sends('textDocument/didChange', change).onward, {
      jsonrpc: '2.0',
      method: 'textDocument/didClose',
      params: { textDocument: { uri: `${inside}/a.ts` } },
    });
    assert.deepEqual(sends('textDocument/didChange', change), {});
    isLink = false;
    const { onward } = sends('textDocument/didChange', change);
    assert.equal(onward?.method, 'textDocument/didOpen', 'the whole of what is there now, not the change');
  });

  it('is of a document that nobody has changed only what its file holds, and all of it once that is so again', () => {
    let file = 'mine';
    const document = {
      languageId: 'typescript',
      version: 7,
      isDirty: false,
      text: 'mine',
      getText: () => document.text,
    };
    const folder = {
      ...{ isShared: () => true, isReadable: () => true, mayChange: () => true },
      holds: (_path: string, text: string) => text === file,
    };
    const { sends, texts } = gateOf({ folder, document: () => document });
    const uri = `${host}/a.ts`;
    const open = { textDocument: { uri, languageId: 'typescript', version: 1, text: 'mine' } };
    const change = { textDocument: { uri, version: 2 }, contentChanges: [{ text: 'x' }] };
    assert.ok(sends('textDocument/didOpen', open).onward);
    document.text = 'a key that a link led to';
    texts.changed(uri, 'text');
    assert.equal(sends('textDocument/didChange', change).onward?.method, 'textDocument/didClose');
    texts.changed(uri, 'text');
    document.isDirty = true;
    assert.deepEqual(sends('textDocument/didChange', change), {}, 'what is typed into it stays here, too');
    Object.assign(document, { isDirty: false, text: 'new' });
    file = 'new';
    const { onward } = sends('textDocument/didChange', change);
    assert.equal(onward?.method, 'textDocument/didOpen');
    assert.deepEqual(params(onward)['textDocument'], {
      ...{ uri: `${inside}/a.ts`, languageId: 'typescript', version: 7, text: 'new' },
    });
    Object.assign(document, { isDirty: true, text: 'newer' });
    assert.equal(sends('textDocument/didChange', change).onward?.method, 'textDocument/didChange');
  });

  it('is not what was typed right after a link had brought another text, or before anybody looked', () => {
    const file = 'mine';
    const document = {
      ...{ languageId: 'typescript', version: 1, isDirty: true, text: 'a key' },
      getText: () => document.text,
    };
    const folder = {
      ...{ isShared: () => true, isReadable: () => true, mayChange: () => true },
      holds: (_path: string, text: string) => text === file,
    };
    const { gate, sends, texts } = gateOf({ folder, document: () => document });
    const uri = `${host}/a.ts`;
    const change = { textDocument: { uri, version: 2 }, contentChanges: [{ text: 'x' }] };
    const changes = () => sends('textDocument/didChange', change).onward?.method;
    let waited = false;
    const readAnew = (text: string) => {
      Object.assign(document, { text, isDirty: false });
      texts.changed(uri, 'text');
    };
    const types = (text: string) => {
      document.text += text;
      texts.changed(uri, 'text');
      if (document.isDirty) return;
      waited = gate.mustWait({ jsonrpc: '2.0', method: 'textDocument/didChange', params: change });
      document.isDirty = true;
      texts.changed(uri, 'state');
    };
    const open = { textDocument: { uri, languageId: 'typescript', version: 1, text: 'x' } };
    assert.deepEqual(sends('textDocument/didOpen', open), {});
    readAnew(file);
    assert.equal(changes(), 'textDocument/didOpen');
    types(', and more');
    assert.ok(waited, 'until the window has told that it was edited');
    assert.equal(changes(), 'textDocument/didChange');
    types(', and more');
    assert.equal(changes(), 'textDocument/didChange');
    readAnew('another key');
    types('!');
    assert.equal(changes(), 'textDocument/didClose');
    types('!');
    assert.equal(changes(), undefined);
    readAnew(file);
    types('?');
    assert.equal(changes(), 'textDocument/didOpen');
    texts.forget(uri);
    assert.equal(changes(), 'textDocument/didClose');
  });

  it('leaves out of a list of files what is not for it', () => {
    const { sends } = gateOf();
    const { onward } = sends('workspace/didChangeWatchedFiles', {
      changes: [`${host}/a.ts`, `${host}/closed/b`, 'file:///home/me/c'].map((uri) => ({ uri, type: 1 })),
    });
    assert.deepEqual(params(onward), { changes: [{ uri: `${inside}/a.ts`, type: 1 }] });
  });

  it('may be a document of its own container', () => {
    const { gate } = gateOf();
    const { onward } = gate.fromClient({
      jsonrpc: '2.0',
      id: 1,
      method: 'textDocument/hover',
      params: { textDocument: { uri: 'cordon-container://w1/usr/lib/lib.d.ts' } },
    });
    assert.deepEqual(params(onward)['textDocument'], { uri: 'file:///usr/lib/lib.d.ts' });
  });

  it('is no setting but of its own sections, with paths of its side', () => {
    const { gate, asks } = gateOf();
    const { onward } = asks('workspace/configuration', {
      items: [
        { section: 'typescript.format', scopeUri: `${inside}/a.ts` },
        { section: 'http' },
        { section: 'typescriptx' },
        {},
        7,
      ],
    });
    const hidden = { section: 'cordon.notForLanguageServers' };
    assert.deepEqual(params(onward)['items'], [
      { section: 'typescript.format', scopeUri: host },
      ...[hidden, hidden, hidden, hidden],
    ]);
    const answer = {
      jsonrpc: '2.0',
      id: onward?.id ?? '',
      result: [{ tsdk: '/home/me/app/node_modules' }, null],
    } as const;
    assert.deepEqual(gate.fromClient(answer).onward?.result, [{ tsdk: '/workspace/node_modules' }, null]);
    assert.deepEqual(gate.fromClient(answer), {}, 'it asked once');
  });

  it('is no other folder of the window', () => {
    const { back } = gateOf().asks('workspace/workspaceFolders');
    assert.deepEqual(back?.result, [{ uri: inside, name: 'app' }]);
  });
});

describe('what a server answers', () => {
  it('has places in the folder, those of the container, and none of the host', () => {
    const result = [`${inside}/a.ts`, 'file:///etc/passwd', 'http://example.org', 'command:x'].map((uri) => ({
      uri,
      range,
    }));
    assert.deepEqual(gateOf().answered('textDocument/definition', result), [
      { uri: `${host}/a.ts`, range },
      { uri: 'cordon-container://w1/etc/passwd', range },
    ]);
    assert.equal(gateOf().answered('textDocument/definition', { uri: 'command:x', range }), null);
  });

  it('keeps what is its own in `data`, and texts that look like addresses', () => {
    const item = {
      label: 'x',
      insertText: `${inside}/a`,
      data: { uri: `${inside}/a`, path: '/workspace/a' },
    };
    assert.deepEqual(gateOf().answered('textDocument/completion', [item]), [item]);
  });

  it('is dropped where nobody asked', () => {
    assert.deepEqual(gateOf().gate.fromServer({ jsonrpc: '2.0', id: 99, result: [] }), {});
  });

  it('shows links to files of the window, and no images, which would carry text out of the container', () => {
    const value = `[a](${inside}/a.ts#1) ![x](https://evil.example/?secret) [b](command:cordon.delete)`;
    const { contents } = gateOf().answered('textDocument/hover', {
      contents: { kind: 'markdown', value },
    }) as { contents: { value: string } };
    assert.equal(
      contents.value,
      `[a](${host}/a.ts#1) !\u200b[x](https://evil.example/?secret) [b](command:cordon.delete)`,
    );
    for (const each of [value, [value]]) {
      const shown = JSON.stringify(gateOf().answered('textDocument/hover', { contents: each }));
      assert.ok(!shown.includes('!['), shown);
    }
  });

  it('leaves code that holds `![` as it is', () => {
    const value = '```rust\n#![allow(x)] vec![1]\n```';
    const { contents } = gateOf().answered('textDocument/hover', {
      contents: { kind: 'markdown', value },
    }) as { contents: { value: string } };
    assert.equal(contents.value, value);
  });

  it('leads with links of documents into the folder or to the web only', () => {
    const links = [`${inside}/a.ts`, 'https://example.org/', 'command:cordon.delete', 'vscode://x/y'];
    const shown = gateOf().answered(
      'textDocument/documentLink',
      links.map((target) => ({ range, target })),
    );
    assert.deepEqual(shown, [
      { range, target: `${host}/a.ts` },
      { range, target: 'https://example.org/' },
    ]);
  });

  it('of an error is a code and a plain sentence', () => {
    const { gate } = gateOf();
    gate.fromClient({ jsonrpc: '2.0', id: 1, method: 'textDocument/hover', params: {} });
    const error = { code: 3, message: 'see [this](command:x) $(alert)', data: { retry: true } };
    const { onward } = gate.fromServer({ jsonrpc: '2.0', id: 1, error });
    assert.deepEqual(onward?.error, { code: 3, message: 'see [this]\u200b(command:x) $\u200b(alert)' });
  });

  it('is refused where it nests without end', () => {
    let nested: unknown = {};
    for (let depth = 0; depth < 1000; depth++) nested = [nested];
    assert.throws(() => gateOf().answered('textDocument/hover', nested), ProtocolFailure);
  });

  it('becomes no text by being a list of one', () => {
    const image = ['![x](https://evil.example/?secret)'];
    const { answered } = gateOf();
    for (const contents of [[image], [[image]], { kind: 'markdown', value: image }]) {
      const shown = JSON.stringify(answered('textDocument/hover', { contents }));
      assert.ok(!shown.includes('evil'), shown);
    }
    const item = { label: 'x', documentation: { kind: 'markdown', value: image } };
    assert.ok(!JSON.stringify(answered('textDocument/completion', [item])).includes('evil'));
    const links = [
      { range, target: ['command:cordon.panic'] },
      { range, target: { path: 'x' } },
    ];
    assert.deepEqual(answered('textDocument/documentLink', links), []);
    for (const uri of [['file:///home/me/x'], [[`${inside}/a`]], 7])
      assert.equal(answered('textDocument/definition', { uri, range }), null);
  });

  it('of numbers is numbers, and as many as were sent', () => {
    const { answered } = gateOf();
    const method = 'textDocument/semanticTokens/full';
    for (const data of [500_000_000, { length: 500_000_000 }, ['1'], [-1], [1.5], undefined])
      assert.equal(answered(method, { data }), null);
    assert.deepEqual(answered(method, { resultId: '1', data: [0, 1, 2, 3, 4] }), {
      resultId: '1',
      data: [0, 1, 2, 3, 4],
    });
    const delta = { edits: [{ start: 0, deleteCount: 5, data: [1] }] };
    assert.deepEqual(answered(`${method}/delta`, delta), delta);
    assert.equal(answered(`${method}/delta`, { edits: [{ start: 0, deleteCount: 1, data: 9 }] }), null);
  });

  it('that is a snippet has places to type in, and neither variables nor patterns', () => {
    const insertText =
      'a(${1:b}, ${CLIPBOARD}, $TM_FILEPATH, ${2|x,y|}, ${3/(.*)/$1/}, \\$HOME, \\\\$HOME)$0';
    const safe =
      'a(${1:b}, \\${CLIPBOARD}, \\$TM_FILEPATH, ${2|x,y|}, \\${3/(.*)/$1/}, \\$HOME, \\\\\\$HOME)$0';
    const { answered } = gateOf();
    const [own] = answered('textDocument/completion', [{ label: 'a', insertTextFormat: 2, insertText }]) as [
      { insertText: string },
    ];
    assert.equal(own.insertText, safe);
    const byDefault = answered('textDocument/completion', {
      itemDefaults: { insertTextFormat: 2 },
      items: [{ label: '$CLIPBOARD' }, { label: 'x', textEdit: { range, newText: insertText } }],
    }) as { items: [{ insertText: string }, { textEdit: { newText: string } }] };
    assert.equal(byDefault.items[0].insertText, '\\$CLIPBOARD');
    assert.equal(byDefault.items[1].textEdit.newText, safe);
    const plain = [{ label: 'x', insertText: '$HOME' }];
    assert.deepEqual(answered('textDocument/completion', plain), plain, 'that of a shell stays');
  });

  it('has no pattern that the window would match', () => {
    const shown = gateOf().answered('textDocument/linkedEditingRange', {
      ranges: [range],
      wordPattern: '(a+)+$',
    });
    assert.deepEqual(shown, { ranges: [range] });
  });

  it('about diagnostics is as short as what a server tells by itself, and about one document', () => {
    const items = Array.from({ length: 5000 }, () => ({
      range,
      message: 'm'.repeat(20_000),
      source: 's'.repeat(900),
    }));
    const { answered } = gateOf();
    const report = answered('textDocument/diagnostic', {
      kind: 'full',
      items,
      relatedDocuments: { x: {} },
    }) as {
      items: { message: string; source: string }[];
    };
    assert.equal(report.items.length, 1000);
    assert.ok(
      report.items.every(({ message, source }) => message.length === 10_000 && source.length === 200),
    );
    assert.ok(!('relatedDocuments' in report));
    assert.equal(answered('workspace/diagnostic', { items: [] }), null);
  });

  it('changes no prototype', () => {
    const result = JSON.parse('{"contents":"x","__proto__":{"polluted":true}}') as unknown;
    const shown = gateOf().answered('textDocument/hover', result) as object;
    assert.equal('polluted' in shown, false);
    assert.equal('polluted' in {}, false);
  });
});

describe('an edit of a server', () => {
  const editOf = (uri: string) => [
    { changes: { [uri]: [{ range, newText: 'x' }] } },
    { documentChanges: [{ textDocument: { uri, version: null }, edits: [{ range, newText: 'x' }] }] },
  ];
  /** What the window would do later, through what the container has put in its way by then. */
  const operations = [
    { kind: 'create', uri: `${inside}/a`, options: { overwrite: true } },
    { kind: 'delete', uri: `${inside}/a` },
    { kind: 'rename', oldUri: `${inside}/a`, newUri: `${inside}/b`, options: { overwrite: true } },
    {
      textDocument: { uri: `${inside}/a`, version: null },
      edits: [{ range, snippet: { value: '$TM_FILEPATH' } }],
    },
  ];
  const forbidden = [
    'file:///etc/passwd',
    `${inside}/closed/a`,
    `${inside}/x/../closed/a`,
    `${inside}/%63losed/a`,
    `${inside}/../home/me/.bashrc`,
    `${inside}/link/a`,
    inside,
    'cordon-container://w1/x',
    `${host}/a.ts`,
    'untitled:a',
  ];

  it('of files in the folder goes through, with their addresses in the window', () => {
    for (const edit of editOf(`${inside}/src/a.ts`)) {
      const { answered, refused } = gateOf();
      const shown = JSON.stringify(answered('textDocument/rename', edit));
      assert.ok(shown.includes(`${host}/src/a.ts`) && !shown.includes(inside), shown);
      assert.deepEqual(refused, []);
    }
  });

  for (const uri of forbidden)
    it(`of ${uri} does not, whatever way it comes`, () => {
      for (const edit of editOf(uri)) {
        const { answered, asks, refused } = gateOf();
        assert.equal(answered('textDocument/rename', edit), null);
        assert.deepEqual(answered('textDocument/codeAction', [{ title: 'Fix', edit }]), []);
        assert.equal(answered('codeAction/resolve', { title: 'Fix', edit }), null);
        assert.equal(answered('workspace/willRenameFiles', edit), null);
        assert.deepEqual(
          (asks('workspace/applyEdit', { edit }).back?.result as { applied: boolean }).applied,
          false,
        );
        assert.equal(refused.length, 5);
      }
    });

  for (const operation of operations)
    it(`of files is none: ${JSON.stringify(operation).slice(0, 60)}`, () => {
      const { answered, asks } = gateOf();
      const edit = { documentChanges: [operation] };
      assert.equal(answered('textDocument/rename', edit), null);
      assert.deepEqual(answered('textDocument/codeAction', [{ title: 'Fix', edit }]), []);
      assert.equal(
        (asks('workspace/applyEdit', { edit }).back?.result as { applied: boolean }).applied,
        false,
      );
    });

  it('is refused as a whole where one place of several must not be changed', () => {
    const edit = { changes: { [`${inside}/a`]: [], [`${inside}/closed/b`]: [] } };
    assert.equal(gateOf().answered('textDocument/rename', edit), null);
  });

  it('is refused where what it does cannot be told', () => {
    for (const documentChanges of [{}, [7], [{ kind: 'link', uri: `${inside}/a` }], [{ kind: 'rename' }]])
      assert.equal(gateOf().answered('textDocument/rename', { changes: {}, documentChanges }), null);
    for (const edit of [{ changes: [] }, { changes: 'file:///etc/passwd' }, {}, 7, undefined]) {
      const { back } = gateOf().asks('workspace/applyEdit', { edit });
      assert.equal((back?.result as { applied: boolean }).applied, false);
    }
  });

  it('is not made by itself in a folder that the container may not write', () => {
    const { asks, answered } = gateOf({ mayEditByItself: false });
    const edit = { changes: { [`${inside}/a`]: [] } };
    assert.equal((asks('workspace/applyEdit', { edit }).back?.result as { applied: boolean }).applied, false);
    assert.ok(answered('textDocument/rename', edit), 'what the person asks for is theirs');
    for (const method of [
      'workspace/willRenameFiles',
      'workspace/willCreateFiles',
      'workspace/willDeleteFiles',
    ])
      assert.equal(answered(method, edit), null, method);
    assert.equal(answered('textDocument/willSaveWaitUntil', [{ range, newText: 'x' }]), null);
  });
});

describe('a command of a server', () => {
  function started() {
    const all = gateOf();
    const result = all.answered('initialize', {
      capabilities: { executeCommandProvider: { commands: ['fix', 'cordon.delete', 'no good name', 7] } },
    }) as { capabilities: { executeCommandProvider: { commands: string[] } } };
    return { ...all, commands: result.capabilities.executeCommandProvider.commands };
  }

  it('has a name of its own in the window, so that it can take the place of no other', () => {
    assert.deepEqual(started().commands, ['cordon.7.fix', 'cordon.7.cordon.delete']);
  });

  it('is run by the name and with the paths of the container', () => {
    const { gate, answered } = started();
    const action = {
      title: 'Fix',
      command: 'fix',
      arguments: [{ file: '/workspace/a.ts' }, `${inside}/a.ts`],
    };
    const [shown] = answered('textDocument/codeAction', [action]) as [
      { command: string; arguments: unknown[] },
    ];
    assert.deepEqual(shown, {
      title: 'Fix',
      command: 'cordon.7.fix',
      arguments: [{ file: '/home/me/app/a.ts' }, `${host}/a.ts`],
    });
    const { onward } = gate.fromClient({
      jsonrpc: '2.0',
      id: 50,
      method: 'workspace/executeCommand',
      params: shown,
    });
    assert.deepEqual(onward?.params, { command: 'fix', arguments: action.arguments });
  });

  it('is never one of the window', () => {
    const { answered } = started();
    const evil = {
      title: 'Click',
      command: 'workbench.action.terminal.sendSequence',
      arguments: [{ text: 'x' }],
    };
    assert.deepEqual(answered('textDocument/codeAction', [evil]), []);
    assert.deepEqual(answered('textDocument/codeLens', [{ range, command: evil }]), [{ range }]);
    assert.deepEqual(answered('textDocument/completion', [{ label: 'x', command: evil }]), [{ label: 'x' }]);
    const hint = { position: range.start, label: [{ value: 'x', command: evil }] };
    assert.deepEqual(answered('textDocument/inlayHint', [hint]), [
      { position: range.start, label: [{ value: 'x' }] },
    ]);
  });

  it('may show more of what the server knows', () => {
    const shown = { title: '', command: 'editor.action.triggerSuggest' };
    assert.deepEqual(
      started().answered('textDocument/completion', [{ label: 'x', command: { ...shown, arguments: [1] } }]),
      [{ label: 'x', command: shown }],
    );
  });

  it('stays in what holds it, and comes back to the server under its own name', () => {
    const { answered, sends } = started();
    const own = { title: 'Fix', command: 'fix', arguments: [`${inside}/a`] };
    const shown = { title: 'Fix', command: 'cordon.7.fix', arguments: [`${host}/a`] };
    assert.deepEqual(answered('textDocument/codeLens', [{ range, command: own }]), [
      { range, command: shown },
    ]);
    assert.deepEqual(answered('textDocument/codeAction', [{ title: 'a', command: own }]), [
      { title: 'a', command: shown },
    ]);
    assert.deepEqual(answered('completionItem/resolve', { label: 'x', command: own }), {
      label: 'x',
      command: shown,
    });
    const { onward } = sends('codeAction/resolve', { title: 'a', command: shown });
    assert.deepEqual(onward?.params, { title: 'a', command: own });
  });

  it('stands in no capability, where the window would run it', () => {
    const documentation = [{ kind: 'quickfix', command: { title: 'More', command: 'cordon.panic' } }];
    const { answered, asks } = gateOf();
    const options = { codeActionKinds: ['quickfix'], documentation };
    const result = answered('initialize', { capabilities: { codeActionProvider: options } });
    assert.deepEqual(result, { capabilities: { codeActionProvider: { codeActionKinds: ['quickfix'] } } });
    const registrations = [{ id: '1', method: 'textDocument/codeAction', registerOptions: options }];
    const { onward } = asks('client/registerCapability', { registrations });
    assert.ok(!JSON.stringify(onward).includes('cordon.panic'));
  });

  it('that the server does not have is not asked of it', () => {
    const { gate } = started();
    const { onward, back } = gate.fromClient({
      jsonrpc: '2.0',
      id: 51,
      method: 'workspace/executeCommand',
      params: { command: 'fix' },
    });
    assert.equal(onward, undefined);
    assert.ok(back?.error);
  });
});

describe('what a server registers', () => {
  it('is what a server may do, for the documents that it was started for', () => {
    const { onward } = gateOf().asks('client/registerCapability', {
      registrations: [
        { id: '1', method: 'textDocument/hover', registerOptions: { documentSelector: [{ scheme: '*' }] } },
        { id: '2', method: 'workspace/textDocumentContent', registerOptions: { schemes: ['https'] } },
        {
          id: '3',
          method: 'workspace/didChangeConfiguration',
          registerOptions: { section: ['http', 'typescript'] },
        },
        { id: 4, method: 'textDocument/hover' },
      ],
    });
    assert.deepEqual(params(onward)['registrations'], [
      { id: '1', method: 'textDocument/hover', registerOptions: { documentSelector: null } },
      { id: '3', method: 'workspace/didChangeConfiguration', registerOptions: { section: ['typescript'] } },
    ]);
  });

  it('watches the folder and nothing else', () => {
    const patterns = ['**/*.ts', '/workspace/src/**', '/etc/**', '../**', '{a,../b}'];
    const bases = [`${inside}/src`, 'file:///etc', { uri: inside, name: 'x' }];
    const { onward } = gateOf().asks('client/registerCapability', {
      registrations: [
        {
          id: '1',
          method: 'workspace/didChangeWatchedFiles',
          registerOptions: {
            watchers: [
              ...patterns.map((globPattern) => ({ globPattern, kind: 7 })),
              ...bases.map((baseUri) => ({ globPattern: { baseUri, pattern: '*' } })),
            ],
          },
        },
      ],
    });
    const [{ registerOptions }] = params(onward)['registrations'] as [{ registerOptions: unknown }];
    assert.deepEqual(registerOptions, {
      watchers: [
        { globPattern: { baseUri: host, pattern: '**/*.ts' }, kind: 7 },
        { globPattern: { baseUri: host, pattern: 'src/**' }, kind: 7 },
        { globPattern: { baseUri: `${host}/src`, pattern: '*' } },
        { globPattern: { baseUri: host, pattern: '*' } },
      ],
    });
  });

  it('has an end', () => {
    const { asks } = gateOf();
    const registrations = Array.from({ length: 2000 }, (_, id) => ({
      id: String(id),
      method: 'workspace/didChangeWatchedFiles',
      registerOptions: { watchers: [{ globPattern: `**/${id}` }] },
    }));
    const { onward } = asks('client/registerCapability', { registrations });
    assert.equal((params(onward)['registrations'] as unknown[]).length, 200);
  });

  it('is said once under a name, and taken back as what it was', () => {
    const { asks } = gateOf();
    const hover = { id: 'x', method: 'textDocument/hover', registerOptions: {} };
    const { onward } = asks('client/registerCapability', { registrations: [hover, hover, hover] });
    assert.equal((params(onward)['registrations'] as unknown[]).length, 1);
    const unregisterations = [{ id: 'x', method: 'textDocument/definition' }, { id: 'y' }];
    assert.deepEqual(params(asks('client/unregisterCapability', { unregisterations }).onward), {
      unregisterations: [{ id: 'x', method: 'textDocument/hover' }],
    });
  });

  it('is matched in a moment, whatever a file is called', () => {
    const wild = '**/*a*a*a*a*a*a*a*b';
    const { asks, answered } = gateOf();
    const registrations = [
      {
        id: '1',
        method: 'workspace/didChangeWatchedFiles',
        registerOptions: { watchers: [{ globPattern: wild }, { globPattern: '**/*.{ts,tsx,js}' }] },
      },
    ];
    const { onward } = asks('client/registerCapability', { registrations });
    assert.ok(!JSON.stringify(onward).includes('a*a') && JSON.stringify(onward).includes('*.{ts,tsx,js}'));
    const filters = ['**/*.ts', wild, '{*a*a*a,*{b}*}'].map((glob) => ({
      pattern: { glob, matches: 'file' },
    }));
    const capabilities = { workspace: { fileOperations: { didRename: { filters } } } };
    assert.deepEqual(answered('initialize', { capabilities }), {
      capabilities: {
        workspace: {
          fileOperations: {
            didRename: { filters: [{ scheme: 'file', pattern: { glob: '**/*.ts', matches: 'file' } }] },
          },
        },
      },
    });
  });

  it('cannot be said at the start either', () => {
    const result = gateOf().answered('initialize', {
      capabilities: {
        hoverProvider: true,
        diagnosticProvider: { documentSelector: [{ scheme: '*' }], interFileDependencies: true },
        notebookDocumentSync: {},
        workspace: { textDocumentContent: { schemes: ['https'] }, fileOperations: {} },
        experimental: { anything: true },
      },
    });
    assert.deepEqual(result, {
      capabilities: {
        hoverProvider: true,
        diagnosticProvider: { interFileDependencies: true },
        workspace: { fileOperations: {} },
      },
    });
  });
});

describe('what a server learns of the window', () => {
  it('is not what went wrong there, which names places of this machine', () => {
    const { gate, asks } = gateOf();
    const { onward } = asks('workspace/applyEdit', { edit: { changes: { [`${inside}/a`]: [] } } });
    const error = { code: -32603, message: `failed: "${host}/a"` };
    const told = gate.fromClient({ jsonrpc: '2.0', id: onward?.id ?? '', error });
    assert.deepEqual(told.onward?.error, { code: -32803, message: 'The window could not do this.' });
  });

  it('has the addresses of the container in arguments, also of its own files', () => {
    const all = gateOf();
    all.answered('initialize', { capabilities: { executeCommandProvider: { commands: ['fix'] } } });
    const { onward } = all.gate.fromClient({
      ...{ jsonrpc: '2.0', id: 70, method: 'workspace/executeCommand' },
      params: { command: 'cordon.7.fix', arguments: ['cordon-container://w1/usr/lib/x', `${host}/a`] },
    });
    assert.deepEqual(params(onward)['arguments'], ['file:///usr/lib/x', `${inside}/a`]);
  });
});

describe('what a server says by itself', () => {
  it('fills the window with neither progress nor documents', () => {
    const { asks, tells } = gateOf();
    const begun = Array.from({ length: 40 }, (_, token) => asks('window/workDoneProgress/create', { token }));
    assert.equal(begun.filter(({ onward }) => onward).length, 20);
    tells('$/progress', { token: 0, value: { kind: 'end' } });
    assert.ok(asks('window/workDoneProgress/create', { token: 99 }).onward);
    const told = (at: number, count: number) =>
      tells('textDocument/publishDiagnostics', {
        uri: `${inside}/${at}.ts`,
        diagnostics: Array.from({ length: count }, () => ({ range, message: 'x' })),
      }).onward;
    const shown = Array.from({ length: 2500 }, (_, at) => told(at, 1)).filter(Boolean);
    assert.equal(shown.length, 2000);
    assert.ok(told(0, 0), 'what is over is taken away');
    assert.ok(told(2400, 1));
  });

  it('of diagnostics is about documents of the folder, and not more than can be read', () => {
    const { tells } = gateOf();
    const diagnostics = Array.from({ length: 5000 }, () => ({
      range,
      message: 'm'.repeat(20_000),
      codeDescription: { href: 'command:x' },
      relatedInformation: [
        { location: { uri: `${inside}/b.ts`, range }, message: 'x' },
        { location: { uri: 'command:x', range }, message: 'x' },
      ],
    }));
    const { onward } = tells('textDocument/publishDiagnostics', { uri: `${inside}/a.ts`, diagnostics });
    const { uri, diagnostics: shown } = params(onward) as {
      uri: string;
      diagnostics: (typeof diagnostics)[number][];
    };
    assert.equal(uri, `${host}/a.ts`);
    assert.equal(shown.length, 1000);
    assert.equal(shown[0]?.message.length, 10_000);
    assert.equal(shown[0].codeDescription, undefined);
    assert.deepEqual(
      shown[0].relatedInformation.map(({ location }) => location.uri),
      [`${host}/b.ts`],
    );
    for (const other of ['file:///etc/passwd', `${inside}/closed/a`])
      assert.deepEqual(tells('textDocument/publishDiagnostics', { uri: other, diagnostics: [] }), {});
  });

  it('to the person is plain, tells whose words it is, and goes to the log once there is much of it', () => {
    const { tells } = gateOf();
    const say = () =>
      tells('window/showMessage', { type: 1, message: '[Click](command:cordon.delete)' }).onward;
    assert.equal(params(say())['message'], 'app: [Click]\u200b(command:cordon.delete)');
    const methods = Array.from({ length: 20 }, () => say()?.method);
    assert.deepEqual(new Set(methods.slice(4)), new Set(['window/logMessage']));
  });

  it('into the log has an end', () => {
    const { tells } = gateOf();
    const message = 'x'.repeat(1_000_000);
    const written = Array.from({ length: 1000 }, () =>
      tells('window/logMessage', { type: 4, message }),
    ).filter(({ onward }) => onward);
    assert.ok(written.length > 0 && written.length < 100, String(written.length));
  });

  it('shows documents of the folder, and opens nothing outside of the window', () => {
    const ask = (given: object) => gateOf().asks('window/showDocument', given);
    assert.deepEqual(params(ask({ uri: `${inside}/a.ts` }).onward), {
      uri: `${host}/a.ts`,
      takeFocus: false,
    });
    for (const given of [
      { uri: 'https://evil.example', external: true },
      { uri: 'vscode://evil/x' },
      { uri: `${inside}/closed/a` },
      { uri: `${inside}/a.ts`, external: true },
    ])
      assert.deepEqual(ask(given).back?.result, { success: false });
  });

  it('asks the window to ask again, under every name that the protocol has for it', () => {
    for (const what of [
      'codeLens',
      'semanticTokens',
      'inlayHint',
      'diagnostic',
      'foldingRange',
      'inlineValue',
    ]) {
      const method = `workspace/${what}/refresh`;
      assert.equal(gateOf().asks(method).onward?.method, method);
    }
  });

  it('that nobody knows is answered, and not passed on', () => {
    const { asks, tells } = gateOf();
    assert.ok(asks('evil/request', {}).back?.error);
    assert.deepEqual(tells('telemetry/event', {}), {});
    assert.deepEqual(tells('$/progress', { token: 1, value: { anything: true } }), {});
  });

  it('may be anything, and nothing of it throws but what is no protocol', () => {
    const method = fc.constantFrom(
      ...[
        'workspace/applyEdit',
        'window/showMessage',
        'window/logMessage',
        'client/registerCapability',
        '$/progress',
      ],
      ...[
        'textDocument/publishDiagnostics',
        'window/showMessageRequest',
        'window/showDocument',
        'workspace/configuration',
      ],
    );
    fc.assert(
      fc.property(method, fc.jsonValue(), fc.boolean(), (name, value, isRequest) => {
        const { asks, tells, answered } = gateOf();
        if (isRequest) asks(name, value);
        else tells(name, value);
        answered('initialize', value);
        answered('textDocument/hover', value);
        answered('textDocument/codeAction', value);
      }),
    );
  });
});
