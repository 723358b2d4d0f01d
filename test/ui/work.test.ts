import assert from 'node:assert/strict';
import { engineJson } from '../host/engineRequest.mjs';
import { debianImage, ensureImages } from '../host/images.mjs';
import { testEngine } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('working in a workspace in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let containerId: string;

  before(async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    await engine.dispose();
    host = await startCordon({ settings: { 'cordon.image': debianImage } });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    const row = await window.tree.waitFor(host.name, 'running');
    await row.locator('.monaco-tl-twistie').click();
    containerId = (await host.containerId()) ?? '';
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('opens a terminal by the button of the row, which is a task of the workspace', async () => {
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await window.tree.row(/Terminal.*bash/).waitFor();
    await window.terminal.shows(/^cordon@[\w.-]+:\/workspace\$$/);
    await window.terminal.type('id; pwd; ls; echo "$CORDON_WORKSPACE_NAME"');
    await window.terminal.shows(/^uid=1000\S* gid=1000/);
    await window.terminal.shows(/^\/workspace$/);
    await window.terminal.shows(/^hello\.txt$/);
    await window.terminal.shows(new RegExp(`^${host.name}$`));
    assert.equal(await window.page.locator('.terminal-outer-container').isVisible(), true);
  });

  it('gives the terminal colours and the size of the window', async () => {
    await window.terminal.type(
      String.raw`printf '\033[31mred \033[1;32mgreen\033[0m\n'; tput colors; stty size`,
    );
    const size = await window.terminal.shows(/^\d+ \d+$/);
    const red = window.page.locator('.terminal-wrapper.active .xterm-fg-1', { hasText: 'red' });
    await red.first().waitFor();
    await window.terminal.shows(/^256$/);
    await window.shot('terminal');
    await window.page.setViewportSize({ width: 1000, height: 800 });
    await window.terminal.type('clear; stty size');
    const narrower = await eventually('another size', async () =>
      (await window.terminal.lines()).find((line) => /^\d+ \d+$/.test(line) && line !== size),
    );
    assert.ok(Number(narrower.split(' ')[1]) < Number(size.split(' ')[1]), `${narrower} after ${size}`);
    await window.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('marks the commands of the shell, and those that failed', async () => {
    await window.terminal.type('clear');
    await window.terminal.type('true');
    await window.terminal.type('ls /nowhere');
    const marks = window.page.locator('.terminal-wrapper.active .terminal-command-decoration');
    await marks.and(window.page.locator('.codicon-terminal-decoration-error')).first().waitFor();
    await marks.and(window.page.locator('.codicon-terminal-decoration-success')).first().waitFor();
    await window.shot('terminal-marks');
  });

  it('opens the file of the folder from a path in the output', async () => {
    await window.terminal.type('clear; echo /workspace/hello.txt:1:3');
    await window.terminal.shows(/^\/workspace\/hello\.txt:1:3$/);
    await window.terminal.follow(/^\/workspace\/hello\.txt/);
    await window.page.locator('.tab.active', { hasText: 'hello.txt' }).waitFor();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 1, Col 3' }).waitFor();
    await window.terminal.focus();
  });

  it('runs a program that takes the whole terminal, and gives the terminal back', async () => {
    await window.terminal.type('clear; echo before-$((1+1))');
    await window.terminal.shows(/^before-2$/);
    await window.terminal.type(
      String.raw`printf '\033[?1049h\033[2J\033[3;5Hfull-%s' $((1+1)); read -rsn1; printf '\033[?1049l'`,
    );
    await window.terminal.shows(/^ {4}full-2$/);
    assert.ok(!(await window.terminal.lines()).includes('before-2'));
    await window.page.setViewportSize({ width: 1100, height: 700 });
    await window.terminal.shows(/^ {4}full-2$/);
    await window.page.setViewportSize({ width: 1280, height: 800 });
    await window.terminal.focus();
    await window.page.keyboard.press('q');
    await window.terminal.shows(/^before-2$/);
    await window.terminal.type('clear');
  });

  it('shows text of any script, and the last of 100,000 lines', async () => {
    await window.terminal.type(
      String.raw`clear; printf '\355\225\234\352\270\200 \303\251 \360\237\224\221\n'`,
    );
    await window.terminal.shows(/^한글 é 🔑$/);
    await window.terminal.type('seq 100000; echo end-$((1+1))');
    await window.terminal.shows(/^end-2$/);
    await window.terminal.shows(/^100000$/);
    await window.terminal.type('clear');
  });

  it('tells the exit code of a shell, and counts it no more', async () => {
    await window.terminal.type('exit 3');
    await window.notifications.told(/exit code: 3/);
    await window.tree.row(/Terminal.*bash/).waitFor({ state: 'detached' });
  });

  it('shows the output of a command as it comes, and its exit code', async () => {
    const { quickInput, terminal, notifications } = window;
    await quickInput.run('Cordon: Run Command…');
    await quickInput.choose(host.name);
    await quickInput.asks(`Run Command in ${host.name}`);
    await quickInput.type('echo begun; until [ -e go ]; do sleep 0.1; done; echo done; exit 4');
    await quickInput.accept();
    await terminal.shows(/^begun$/);
    await notifications.item(`in ${host.name}`).waitFor();
    await window.tree.row(/Command.*echo begun/).waitFor();
    await window.shot('command-runs');
    await engineExec(containerId, ['touch', '/workspace/go']);
    await terminal.shows(/^done$/);
    await terminal.shows(/^Exit code 4 after \d/);
    await notifications.item(/Exit code 4 after .*: echo begun/).waitFor();
    await window.tree.row(/Command.*echo begun/).waitFor({ state: 'detached' });
    await window.shot('command-ended');
    await terminal.type('');
  });

  it('ends the process in the container when a command is cancelled', async () => {
    const { quickInput, notifications } = window;
    await quickInput.run('Cordon: Run Command…');
    await quickInput.choose(host.name);
    await quickInput.asks(`Run Command in ${host.name}`);
    await quickInput.type('sleep 4242 & sleep 4243');
    await quickInput.accept();
    await eventually('the processes', async () => (await processes()).filter(isSleep).length === 2);
    await notifications.press('Running "sleep 4242', 'Cancel');
    await eventually('the end of the processes', async () => !(await processes()).some(isSleep));
    await window.terminal.shows(/^Cancelled after \d/);
    await window.tree.row(/Command.*sleep/).waitFor({ state: 'detached' });
  });

  it('ends the processes of a terminal that is closed', async () => {
    await window.tree.press(host.name, 'Open Terminal');
    await window.terminal.shows(/[$#] ?$/);
    await window.terminal.type('sleep 4244');
    await eventually('the process', async () => (await processes()).some(isSleep));
    await window.quickInput.run('Terminal: Kill the Active Terminal Instance');
    await eventually('the end of the process', async () => !(await processes()).some(isSleep));
  });

  async function processes(): Promise<string[]> {
    const path = `/containers/${containerId}/top`;
    const { Processes } = (await engineJson(host.engine.socketPath, 'GET', path)) as {
      Processes: string[][];
    };
    return Processes.map((columns) => columns.at(-1) ?? '');
  }

  async function engineExec(id: string, command: readonly string[]): Promise<void> {
    const process = await host.engine.engine.startProcess({
      containerId: id,
      command,
      cwd: '/',
      env: {},
      stdin: false,
    });
    process.stdout.resume();
    process.stderr.resume();
    assert.equal(await process.exitCode, 0);
  }
});

function isSleep(command: string): boolean {
  return /^sleep 42\d\d$/.test(command);
}
