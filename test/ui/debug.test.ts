import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { DebugView } from './support/debugView.ts';

const file = 'src/app.js';
const counting = 'rounds = rounds + 1;';
const program = `let rounds = 0;
setInterval(() => {
  ${counting}
}, 200);
`;

const configurations = [
  { type: 'cordon', request: 'attach', name: 'Attach inside', runtime: 'node', port: 9230 },
  { type: 'cordon', request: 'attach', name: 'Attach Python', runtime: 'python' },
];

describe('debuggers in a window', function () {
  this.timeout(180_000);
  let host: CordonHost;
  let window: CordonWindow;
  let debug: DebugView;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    host = await startCordon({
      settings: { 'cordon.image': debianImage, 'cordon.network': 'none' },
      files: {
        [file]: program,
        '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }),
      },
    });
    window = host.window;
    debug = new DebugView(host);
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('say what to do where no program waits for one', async () => {
    await debug.attach('Node.js');
    await window.notifications.told(/Nothing in .* listens on port 9229\. .*node --inspect app\.js/);
  });

  it('stop a program of a workspace without a network at a breakpoint in the file of the folder', async () => {
    await debug.runInside(`node --inspect ${file} &`);
    await debug.setBreakpoint(file, counting);
    await debug.attach('Node.js');
    await debug.stops();
    await window.shot('debug-stopped');
    await debug.showsTheFile(file, counting);
  });

  it('show its variables, go on, and leave it running when they go', async () => {
    await debug.evaluates('rounds > 0 && process.cwd()', /^'\/workspace'$/);
    await window.page.locator('.view-line', { hasText: counting }).click();
    // the breakpoint goes, the program goes on
    await window.page.keyboard.press('F9');
    await debug.goOn();
    await debug.detach();
    await debug.runInside('pgrep -f inspect && echo still "there"');
    await window.terminal.shows(/^still there$/);
  });

  it('are attached by a configuration of the folder', async () => {
    await debug.runInside(`node --inspect=9230 ${file} &`);
    await debug.setBreakpoint(file, counting);
    await debug.start('Attach inside');
    await debug.stops();
    await debug.showsTheFile(file, counting);
    await debug.detach();
  });

  it('whose extension is missing say which one it is', async () => {
    await debug.start('Attach Python');
    await window.notifications.told(
      /To debug Python, the extension "Python Debugger" \(ms-python\.debugpy\)/,
    );
  });
});
