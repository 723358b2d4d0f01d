import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { frame, MessageFrames, ProtocolFailure } from '../../../src/languageServers/frames.ts';
import { openAdapterGate } from '../../../src/vscode/debug/adapterGate.ts';
import { passAdapterMessage } from '../../../src/vscode/debug/adapterMessages.ts';

const place = { workspaceId: 'w1', folder: '/projects/demo' };
const pass = (message: unknown) => passAdapterMessage(Buffer.from(JSON.stringify(message)), place);

describe('what a debug adapter in a container says', () => {
  it('passes where it answers or tells', () => {
    for (const message of [
      { seq: 1, type: 'response', request_seq: 1, success: true, command: 'threads', body: { threads: [] } },
      { seq: 2, type: 'event', event: 'output', body: { category: 'stdout', output: 'hello\n' } },
      { seq: 3, type: 'event', event: 'stopped', body: { reason: 'breakpoint', threadId: 1 } },
    ])
      assert.deepEqual(pass(message), message);
  });

  it('passes nowhere where it asks, or where an extension would begin something', () => {
    for (const command of ['runInTerminal', 'startDebugging', 'handshake', 1])
      assert.equal(pass({ seq: 1, type: 'request', command, arguments: {} }), 'refused');
    for (const event of ['debugpyAttach', 'ptvsd_attach', 'debugpySockets', 'progressStart', undefined, 1])
      assert.equal(pass({ seq: 1, type: 'event', event, body: {} }), 'nothing');
  });

  it('shows no error as a notification, with a link put together of its parts', () => {
    const failed = { seq: 1, type: 'response', success: false, command: 'threads' };
    const command = 'command:workbench.action.terminal.new';
    const shown = (error: object) =>
      (pass({ ...failed, body: { error } }) as { body: { error: { format: string } } }).body.error;
    for (const error of [
      { id: 1, format: `[Fix](${command})`, showUser: true },
      { id: 1, format: '{a}', variables: { a: `[Fix](${command})` }, showUser: true },
      { id: 1, format: '[Fix]{a}', variables: { a: `(${command})` }, showUser: true },
      { id: 1, format: '[Fix]{a}(x', variables: { a: '' }, showUser: true },
    ]) {
      const { format, ...rest } = shown(error);
      assert.deepEqual(rest, { id: 1 });
      assert.ok(!format.includes(']('), format);
    }
    assert.equal(
      shown({ id: 1, format: 'no {what} {else}', variables: { what: 'way' } }).format,
      'no way {else}',
    );
    const { message } = pass({ ...failed, message: `[Fix](${command})` }) as { message: string };
    assert.ok(!message.includes(']('));
    const output = { seq: 1, type: 'event', event: 'output', body: { category: 'important', output: 'x' } };
    assert.deepEqual(pass(output), { ...output, body: { category: 'console', output: 'x' } });
  });

  it('links to nothing below an error, and does not make the window begin again', () => {
    const failed = { seq: 1, type: 'response', success: false, command: 'evaluate' };
    const error = { id: 1, format: 'no' };
    const link = { url: 'command:workbench.action.terminal.new', urlLabel: 'Fix' };
    assert.deepEqual(pass({ ...failed, body: { error: { ...error, ...link } } }), {
      ...failed,
      body: { error },
    });
    assert.deepEqual(pass({ seq: 1, type: 'event', event: 'terminated', body: { restart: { a: 1 } } }), {
      ...{ seq: 1, type: 'event', event: 'terminated', body: {} },
    });
  });

  it('names files of the folder and of the container only', () => {
    const shown = (source: unknown) => {
      const passed = pass({
        type: 'response',
        body: { stackFrames: [{ source }, { source: { sources: [source] } }] },
      });
      const { body } = passed as { body: { stackFrames: { source: { sources: unknown[] } }[] } };
      assert.deepEqual(body.stackFrames[1]?.source.sources[0], body.stackFrames[0]?.source);
      return body.stackFrames[0]?.source;
    };
    const own = { name: 'a.py', path: '/projects/demo/src/a.py' };
    assert.deepEqual(shown(own), own);
    const given = { path: '/usr/lib/x.py', sourceReference: 7 };
    assert.deepEqual(shown(given), given);
    const container = (address: string) => ({ path: `cordon-container://w1${address}` });
    assert.deepEqual(shown({ path: '/usr/lib/x y.py', sourceReference: 0 }), {
      ...{ sourceReference: 0, ...container('/usr/lib/x%20y.py') },
    });
    assert.deepEqual(shown({ path: '/projects/demo/../other/a.py' }), container('/projects/other/a.py'));
    assert.deepEqual(shown({ path: '/projects/demo2/a.py' }), container('/projects/demo2/a.py'));
    for (const path of ['command:x', 'vscode://x/y', 'a.py', 7, null, ''])
      assert.deepEqual(shown({ path }), {});
    for (const name of ['/home/me/.ssh/config', 'vscode://a/config', '\\\\host\\share\\config'])
      for (const source of [{ name }, { name, path: '' }])
        assert.deepEqual(shown(source), { name: 'config' });
    const disassembled = {
      type: 'response',
      body: { instructions: [{ location: { path: '/etc/passwd' } }] },
    };
    assert.deepEqual(pass(disassembled), {
      ...disassembled,
      body: { instructions: [{ location: container('/etc/passwd') }] },
    });
  });

  it('is an error where it is no message', () => {
    for (const text of [
      '',
      'x',
      '[]',
      '1',
      '{}',
      '{"type":"x"}',
      `{"type":"response","body":${'['.repeat(9000)}`,
    ])
      assert.throws(() => passAdapterMessage(Buffer.from(text), place), ProtocolFailure, text);
  });
});

describe('the gate before a debug adapter', () => {
  const open: { dispose(): void }[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.dispose();
  });

  async function gated() {
    const adapters: Socket[] = [];
    const server = createServer((socket) => adapters.push(socket.on('error', () => undefined)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    let refused = 0;
    const gate = await openAdapterGate((server.address() as AddressInfo).port, place, () => refused++);
    open.push(gate, { dispose: () => server.close() });
    const client = connect(gate.port, '127.0.0.1').on('error', () => undefined);
    open.push({ dispose: () => client.destroy() });
    const [adapter] = (await once(server, 'connection')) as [Socket];
    return { gate, client, adapter, refused: () => refused };
  }

  it('carries what the window says as it is, and of the answers what may pass', async () => {
    const { client, adapter, refused } = await gated();
    client.write('as it is');
    assert.equal(String((await once(adapter, 'data'))[0]), 'as it is');
    const request = frame({ type: 'request', command: 'runInTerminal' });
    const told = frame({ type: 'event', event: 'stopped' });
    const all = Buffer.concat([request, request, told]);
    adapter.write(all.subarray(0, 30));
    adapter.write(all.subarray(30));
    const frames = new MessageFrames();
    const [content] = [...frames.read((await once(client, 'data'))[0] as Buffer)];
    assert.deepEqual(JSON.parse(String(content)), { type: 'event', event: 'stopped' });
    assert.equal(refused(), 1, 'it is told once');
  });

  for (const [what, bytes] of [
    ['is no message', 'Content-Length: 1\r\n\r\nx'],
    ['is too long', 'Content-Length: 999999999\r\n\r\n'],
  ] as const)
    it(`ends both where what is said ${what}`, async () => {
      const { client, adapter } = await gated();
      adapter.write(bytes);
      await Promise.all([once(client.resume(), 'close'), once(adapter.resume(), 'close')]);
    });

  it('ends with everything that goes through it', async () => {
    const { gate, client, adapter } = await gated();
    gate.dispose();
    await Promise.all([once(client.resume(), 'close'), once(adapter.resume(), 'close')]);
  });
});
