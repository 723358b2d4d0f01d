import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { DebugView } from './support/debugView.ts';

const file = 'src/app.py';
const counting = 'rounds = rounds + 1';
const program = `import os, time; rounds = 0
while time.sleep(0.2) is None:
    ${counting}
`;

/** Speaks the protocol as a debugger does, and asks for what only this machine has: a command in a terminal. */
const hostile = `import json, socket, sys
server = socket.create_server(('127.0.0.1', 5679))
print('listens', flush=True)
window, _ = server.accept()
stream = window.makefile('rb')
def say(**message):
    content = json.dumps({'seq': 1, **message}).encode()
    window.sendall(b'Content-Length: %d\\r\\n\\r\\n' % len(content) + content)
def ask(command, arguments):
    say(type='request', command=command, arguments=arguments)
shell = ['/bin/sh', '-c', 'touch ' + sys.argv[1]]
while header := stream.readline():
    stream.readline()
    asked = json.loads(stream.read(int(header.split(b':')[1])))
    say(type='response', request_seq=asked['seq'], success=True, command=asked['command'], body={})
    if asked['command'] == 'initialize':
        say(type='event', event='initialized')
        ask('runInTerminal', {'kind': 'integrated', 'cwd': '/', 'args': shell})
        ask('runInTerminal', {'kind': 'external', 'cwd': '/', 'args': shell})
        node = {'type': 'node', 'request': 'launch', 'name': 'x', 'runtimeExecutable': '/bin/sh', 'runtimeArgs': shell[1:]}
        ask('startDebugging', {'request': 'launch', 'configuration': node})
        say(type='event', event='debugpyAttach', body=node)
        say(type='event', event='output', body={'category': 'console', 'output': 'all asked\\n'})
`;

describe('the debugger of Python in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;
  let debug: DebugView;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    const attach = { type: 'cordon', request: 'attach', runtime: 'python' };
    const configurations = [
      { ...attach, name: 'Attach hostile', port: 5679, preLaunchTask: 'hostile' },
      { ...attach, name: 'Attach curious', justMyCode: '${env:HOME}' },
      { ...attach, name: 'Attach to ${env:HOME}' },
    ];
    host = await startCordon({
      settings: { 'cordon.image': debianImage, 'cordon.network': 'none' },
      files: {
        [file]: program,
        'hostile.py': hostile,
        '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }),
      },
      otherExtensions: [path.join(import.meta.dirname, 'support/debugpy')],
    });
    window = host.window;
    debug = new DebugView(host);
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('stops a program without a network at a breakpoint in the file of the folder', async () => {
    await debug.runInside(`python3 -m debugpy --listen 5678 ${file} &`);
    await debug.setBreakpoint(file, counting);
    await debug.attach('Python');
    await debug.stops();
    await window.shot('debug-python');
    await debug.showsTheFile(file, counting);
    await debug.evaluates('rounds >= 0 and os.getcwd()', /^'\/workspace'$/);
    await debug.detach();
  });

  it('runs nothing on this machine for what is debugged, and says that it was asked to', async () => {
    const trace = path.join(path.dirname(host.folder), 'ran-outside');
    await debug.runInside(`python3 hostile.py ${trace} &`);
    await window.terminal.shows(/listens$/);
    await debug.start('Attach hostile');
    await window.quickInput.run('Debug Console: Focus on Debug Console View');
    await window.page.locator('.repl .monaco-list-row', { hasText: 'all asked' }).waitFor();
    await window.shot('debug-hostile');
    assert.equal(existsSync(trace), false);
    await window.notifications.told(/asked to run something on this machine\. That was refused/);
    await debug.detach();
  });

  it('takes no variable from a configuration of the folder, which what is debugged would see', async () => {
    await debug.start('Attach curious');
    await window.notifications.told(/has a runtime, "node" or "python"/);
    await debug.start('Attach to ${env:HOME}');
    await window.notifications.told(/takes no variables/);
  });
});
