import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import { relays } from '../../../src/workspaces/ports/relays.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { finishedProcess } from '../../support/fakeEngine.ts';

type Configuration = Readonly<Record<string, unknown>>;

/** 9229 and 5678. */
const listens = [
  '  sl  local_address',
  '   0: 0100007F:240D 00000000:0000 0A 0',
  '   1: 0100007F:162E 00000000:0000 0A 0',
  '',
];

describe('debugging in a workspace', () => {
  const open: { dispose(): void }[] = [];
  afterEach(() => {
    for (const parts of open.splice(0)) parts.dispose();
  });

  async function debugging(...extensions: readonly string[]) {
    const parts = cordonInWindow();
    open.push(parts.registered, parts);
    parts.engine.process = ({ command }) => {
      const isFirst = command.join(' ') === relays[0]?.check.join(' ');
      return finishedProcess(0, command[0] === 'cat' ? listens.join('\n') : isFirst ? 'ready' : '');
    };
    for (const each of extensions) parts.window.extensions.add(each);
    const { id } = await parts.given('demo');
    const provider = parts.window.debug.providers.get('cordon');
    const resolve = (configuration: object) =>
      provider?.resolveDebugConfiguration?.(undefined, {
        ...{ type: 'cordon', request: 'attach', name: 'x', ...configuration },
      }) as Promise<Configuration | undefined>;
    return { ...parts, id, resolve, forwards: () => parts.ports.forwards.list(id) };
  }

  it('attaches to Node.js with the paths of both sides, for as long as it goes on', async () => {
    const { window, resolve, forwards } = await debugging('ms-vscode.js-debug');
    const resolved = await resolve({ runtime: 'node', skipFiles: ['<node_internals>/**'] });
    const [forward] = forwards();
    assert.equal(forward?.port, 9229);
    const { type, request, address, port, localRoot, remoteRoot, skipFiles } = resolved ?? {};
    assert.deepEqual(
      { type, request, address, port, localRoot, remoteRoot, skipFiles },
      {
        ...{ type: 'node', request: 'attach', address: '127.0.0.1', port: forward.localPort },
        ...{ localRoot: '/projects/demo', remoteRoot: '/workspace', skipFiles: ['<node_internals>/**'] },
      },
    );
    const session = { configuration: resolved } as vscode.DebugSession;
    window.debug.ends.fire({ ...session, parentSession: session });
    assert.equal(forwards().length, 1, 'a child of it ended');
    window.debug.ends.fire(session);
    assert.equal(forwards().length, 0);
  });

  it('attaches to Python where its extension is there, and says which one is missing where not', async () => {
    const { window, resolve, forwards } = await debugging();
    const refused = resolve({ runtime: 'python' });
    const message = await window.nextMessage();
    assert.match(message.text, /extension "Python Debugger" \(ms-python\.debugpy\) has to be installed/);
    message.press('Show Extension');
    assert.equal(await refused, undefined);
    assert.deepEqual(window.executed.at(-1), ['extension.open', 'ms-python.debugpy']);
    assert.equal(forwards().length, 0);
    window.extensions.add('ms-python.debugpy');
    const resolved = await resolve({ runtime: 'python' });
    assert.equal(resolved?.['type'], 'debugpy');
    assert.deepEqual(resolved['pathMappings'], [{ localRoot: '/projects/demo', remoteRoot: '/workspace' }]);
    const { host, port } = resolved['connect'] as { host: string; port: number };
    assert.equal(host, '127.0.0.1');
    assert.notEqual(port, forwards()[0]?.localPort, 'there is a gate between');
  });

  it('takes from a folder only what does no harm', async () => {
    const { window, resolve, forwards } = await debugging('ms-vscode.js-debug', 'ms-python.debugpy');
    const harmful = {
      ...{
        preLaunchTask: 'x',
        postDebugTask: 'x',
        debugServer: 1,
        serverReadyAction: { action: 'startDebugging' },
      },
      ...{ type: 'node', program: '/bin/sh', localRoot: '/', pathMappings: [], subProcess: true },
    };
    for (const [runtime, harmless] of [
      ['node', { skipFiles: ['<node_internals>/**'], restart: true }],
      ['python', { justMyCode: false }],
    ] as const) {
      const plain = await resolve({ runtime });
      const resolved = await resolve({ runtime, ...harmful, ...harmless });
      // each has a mark and a gate of its own
      const own = { cordonForward: 0, connect: 0 };
      assert.deepEqual({ ...resolved, ...own }, { ...plain, ...harmless, ...own });
    }
    const inFolder = await resolve({ runtime: 'node', skipFiles: ['${workspaceFolder}/lib/**'] });
    assert.deepEqual(inFolder?.['skipFiles'], ['/projects/demo/lib/**']);
    const before = forwards().length;
    for (const name of ['${env:HOME}', '${command:x}']) {
      assert.equal(await resolve({ runtime: 'node', name }), undefined);
      assert.match((await window.nextMessage()).text, /takes no variables/);
    }
    assert.equal(forwards().length, before);
  });

  it('says what to do where nothing listens, nothing runs, or the configuration is none', async () => {
    const { window, resolve, service, id } = await debugging('ms-vscode.js-debug');
    assert.equal(await resolve({ runtime: 'node', port: 1234 }), undefined);
    assert.match((await window.nextMessage()).text, /Nothing in demo listens on port 1234.*node --inspect/);
    for (const wrong of [{ runtime: 'ruby' }, { port: 'x' }, { port: 70_000 }, { restart: 'x' }]) {
      assert.equal(await resolve(wrong), undefined);
      assert.match((await window.nextMessage()).text, /has a runtime, "node" or "python"/);
    }
    assert.equal(await resolve({ runtime: 'node', workspace: 'other' }), undefined);
    assert.match((await window.nextMessage()).text, /No workspace of this folder runs/);
    await service.stop(id);
    assert.equal(await resolve({ runtime: 'node' }), undefined);
    assert.match((await window.nextMessage()).text, /No workspace of this folder runs/);
  });

  it('is asked for by a command', async () => {
    const { window, id } = await debugging('ms-vscode.js-debug');
    const done = window.run('cordon.attachDebugger', id);
    (await window.nextQuickPick()).choose('Python');
    const box = await window.nextInputBox();
    assert.equal(box.value, '5678');
    box.answer('5679');
    await done;
    const [{ type, request, runtime, port, workspace, name } = {}] = window.debug.started;
    assert.deepEqual(
      { type, request, runtime, port, workspace, name },
      {
        ...{ type: 'cordon', request: 'attach', runtime: 'python', port: 5679, workspace: id },
        name: 'Python · demo',
      },
    );
  });
});
