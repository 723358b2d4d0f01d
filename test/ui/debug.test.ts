import assert from 'node:assert/strict';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';

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

  const stoppedLine = () => window.page.locator('.debug-top-stack-frame-line').first();
  const toolbar = () => window.page.locator('.debug-toolbar');

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    host = await startCordon({
      settings: { 'cordon.image': debianImage, 'cordon.network': 'none' },
      files: {
        'src/app.js': program,
        '.vscode/launch.json': JSON.stringify({ version: '0.2.0', configurations }),
      },
    });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('say what to do where no program waits for one', async () => {
    await attachToNode();
    await window.notifications.told(/Nothing in .* listens on port 9229\. .*node --inspect app\.js/);
  });

  it('stop a program of a workspace without a network at a breakpoint in the file of the folder', async () => {
    await runInside('node --inspect src/app.js &');
    await setBreakpoint('src/app.js', counting);
    await attachToNode();
    await stoppedLine().waitFor({ timeout: 60_000 });
    await window.shot('debug-stopped');
    await showsTheFileOfTheFolder();
  });

  it('show its variables, go on, and leave it running when they go', async () => {
    await evaluate('rounds > 0 && process.cwd()');
    await window.page.locator('.repl .monaco-list-row', { hasText: /^'\/workspace'$/ }).waitFor();
    await window.page.locator('.view-line', { hasText: counting }).click();
    // the breakpoint goes, the program goes on
    await window.page.keyboard.press('F9');
    await window.page.keyboard.press('F5');
    await stoppedLine().waitFor({ state: 'detached' });
    await detach();
    await runInside('pgrep -f inspect && echo still "there"');
    await window.terminal.shows(/^still there$/);
  });

  it('are attached by a configuration of the folder', async () => {
    await runInside('node --inspect=9230 src/app.js &');
    await setBreakpoint('src/app.js', counting);
    await start('Attach inside');
    await stoppedLine().waitFor({ timeout: 60_000 });
    await showsTheFileOfTheFolder();
    await detach();
  });

  it('whose extension is missing say which one it is', async () => {
    await start('Attach Python');
    await window.notifications.told(
      /To debug Python, the extension "Python Debugger" \(ms-python\.debugpy\)/,
    );
  });

  async function runInside(line: string): Promise<void> {
    await window.quickInput.run('Cordon: Focus on Workspaces View');
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await window.terminal.type(line);
  }

  async function attachToNode(): Promise<void> {
    await window.quickInput.run('Cordon: Attach Debugger…');
    await window.quickInput.choose(host.name);
    await window.quickInput.asks(/Attach Debugger to/);
    await window.quickInput.choose('Node.js');
    await window.quickInput.says(/The port on which the program waits/);
    await window.quickInput.accept();
  }

  async function start(configuration: string): Promise<void> {
    await window.quickInput.run('Debug: Select and Start Debugging');
    await window.quickInput.choose(configuration);
  }

  async function evaluate(expression: string): Promise<void> {
    await window.page.locator('.repl-input-wrapper .view-lines').click();
    await window.page.keyboard.type(expression);
    await window.page.keyboard.press('Enter');
  }

  async function detach(): Promise<void> {
    await window.page.keyboard.press('Shift+F5');
    await toolbar().waitFor({ state: 'hidden' });
  }

  async function setBreakpoint(file: string, line: string): Promise<void> {
    await window.openFile(file);
    await window.page.locator('.view-line', { hasText: line }).click();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 3,' }).waitFor();
    const marks = window.page.locator('.codicon-debug-breakpoint, .codicon-debug-breakpoint-unverified');
    // of a try before, which another press would take away
    if ((await marks.count()) === 0) await window.page.keyboard.press('F9');
    await marks.first().waitFor();
  }

  async function showsTheFileOfTheFolder(): Promise<void> {
    const crumbs = window.page.locator('.breadcrumbs-control .monaco-breadcrumb-item');
    const names = (await crumbs.allInnerTexts()).map((crumb) => crumb.trim());
    assert.deepEqual(names.slice(0, 2), ['src', 'app.js']);
    await window.page.locator('.view-line', { hasText: counting }).first().waitFor();
  }
});
