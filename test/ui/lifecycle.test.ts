import assert from 'node:assert/strict';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('the life of a workspace in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let containerId: string;

  before(async () => {
    host = await startCordon({ settings: { 'cordon.onWindowClose': 'pause' } });
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    containerId = (await host.containerId()) ?? '';
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('stops and starts by the buttons of its row', async () => {
    await window.tree.press(host.name, 'Stop Workspace');
    await window.tree.waitFor(host.name, 'stopped');
    await window.statusSays(`${host.name}: stopped`);
    await window.shot('stopped');
    await window.tree.press(host.name, 'Start Workspace');
    await window.tree.waitFor(host.name, 'running');
    await window.statusSays(`${host.name}: running`);
  });

  it('pauses and resumes by the command palette, which offers what is possible', async () => {
    const { quickInput } = window;
    const offers = async (title: string) => {
      const offered = await quickInput.search(title);
      await quickInput.dismiss();
      return offered.some((each) => each.startsWith(title));
    };
    assert.equal(await offers('Cordon: Pause Workspace'), true);
    assert.equal(await offers('Cordon: Resume Workspace'), false);
    await quickInput.run('Cordon: Pause Workspace');
    await quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'paused');
    await window.shot('paused');
    await quickInput.run('Cordon: Resume Workspace');
    await quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'running');
  });

  it('follows what somebody else does with the container, without a refresh', async () => {
    await host.engine.engine.stopContainer(containerId);
    await window.tree.waitFor(host.name, 'stopped');
    await host.engine.engine.startContainer(containerId);
    await window.tree.waitFor(host.name, 'running');
  });

  it('shows what it uses in its row, and more of it below', async () => {
    const { page, tree } = window;
    await tree.row(/running · \d+\.\d cores · [\d.]+ (kB|MB) · standard/).waitFor();
    await tree.select(host.name);
    await page.keyboard.press('ArrowRight');
    await tree.row(/^Resources\d+\.\d of \d+ cores · [\d.]+ (kB|MB) of .* processes$/).waitFor();
    await window.shot('resources');
    await page.keyboard.press('ArrowLeft');
  });

  it('offers what can be done in the status bar', async () => {
    await window.statusBar.click();
    await window.quickInput.asks('Cordon');
    const rows = await eventually('actions', async () => {
      const found = await window.quickInput.rows();
      return found.length > 5 && found;
    });
    for (const title of ['Stop Workspace', 'Open Terminal', 'Show Isolation Report'])
      assert.ok(
        rows.some((row) => row.startsWith(title)),
        title,
      );
    assert.ok(!rows.some((row) => row.startsWith('Start Workspace')));
    await window.shot('status-actions');
    await window.quickInput.dismiss();
  });

  it('shows the isolation report', async () => {
    await window.quickInput.run('Cordon: Show Isolation Report');
    await window.quickInput.choose(host.name);
    const text = await window.editorText(`Isolation of ${host.name}`);
    assert.match(text, /Grade [AB]: everything/);
    assert.match(text, /Profile standard, network isolated, mount live/);
    assert.match(text, /✓/);
    await window.shot('isolation-report');
  });

  it('shows the log and the output of the container', async () => {
    await window.quickInput.run('Cordon: Show Log');
    await outputOf('Cordon', /Connected to Docker|Connected to \S+ Engine/);
    await window.shot('log');
    await window.quickInput.run('Cordon: Show Container Output');
    await window.quickInput.choose(host.name);
    await outputOf(`Cordon: ${host.name}`, /\(the main process has printed nothing yet\)/);
    await window.shot('container-output');
  });

  it('stops and starts what is selected together, and says once what came of it', async () => {
    const { page, quickInput, tree, notifications } = window;
    const second = `${host.name} 2`;
    await quickInput.run('Cordon: Create Workspace');
    await tree.waitFor(second, 'running');
    await tree.select(host.name);
    await tree.select(second, ['Control']);
    await tree.press(second, 'Stop Workspace');
    await notifications.told(/Stopped 2 of 2 workspaces\./);
    for (const name of [host.name, second]) await tree.waitFor(name, 'stopped');
    await window.shot('many-stopped');
    await tree.press(second, 'Start Workspace');
    await notifications.told(/Started 2 of 2 workspaces\./);
    for (const name of [host.name, second]) await tree.waitFor(name, 'running');
    await notifications.clear();
    await tree.select(second);
    await page.keyboard.press('Delete');
    await window.answerDialog('Delete');
    await tree.row(second).waitFor({ state: 'detached' });
  });

  it('is renamed with F2', async () => {
    const { page, quickInput, tree } = window;
    await tree.select(host.name);
    await page.keyboard.press('F2');
    await quickInput.asks(`Rename ${host.name}`);
    assert.equal(await quickInput.value(), host.name);
    await quickInput.type(`${host.name} again`);
    await quickInput.accept();
    await tree.waitFor(`${host.name} again`, 'running');
    await window.statusSays(`${host.name} again: running`);
    await tree.select(`${host.name} again`);
    await page.keyboard.press('F2');
    await quickInput.type(host.name);
    await quickInput.accept();
    await tree.waitFor(host.name, 'running');
  });

  it('gets other limits without a new container', async () => {
    const { quickInput } = window;
    await quickInput.run('Cordon: Edit Workspace…');
    await quickInput.choose(host.name);
    await quickInput.asks(`Edit ${host.name}`);
    await window.shot('edit');
    await quickInput.choose('Limits');
    await quickInput.choose('Set other limits…');
    for (const [prompt, value] of [
      ['Processor cores', '1.5'],
      ['Memory in MiB', '256'],
      ['Processes and threads', '99'],
      ['temporary folder', ''],
    ] as const) {
      await quickInput.says(prompt);
      if (value !== '') await quickInput.type(value);
      await quickInput.accept();
    }
    await eventually('the new limits', async () => {
      const facts = await host.engine.engine.inspectContainer(containerId);
      return facts?.pidsLimit === 99 && facts;
    });
    await window.tree.waitFor(host.name, 'running');
  });

  it('is paused when its window is loaded anew, and run on by the next command', async () => {
    await window.tree.waitFor(host.name, 'running');
    await window.reload();
    await window.tree.waitFor(host.name, 'paused (idle)');
    await window.statusSays(`${host.name}: paused (idle)`);
    await window.shot('idle');
    await window.quickInput.run('Cordon: Open Terminal');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'running');
    await window.terminal.shows(/[$#] ?$/);
    await window.quickInput.run('Terminal: Kill the Active Terminal Instance');
  });

  it('is offered by a clean-up once it is archived, unticked, and asked about before it goes', async () => {
    const { quickInput, tree } = window;
    await quickInput.run('Cordon: Archive Workspace…');
    await quickInput.choose(host.name);
    await window.answerDialog('Archive');
    await tree.waitFor(host.name, 'archived');
    await quickInput.run('Cordon: Clean Up…');
    await quickInput.asks('Clean Up: 0 of 1 ticked');
    await quickInput.box
      .locator('.monaco-list-row', { hasText: host.name })
      .click({ position: { x: 60, y: 10 } });
    await quickInput.asks('Clean Up: 1 of 1 ticked');
    await window.shot('clean-up');
    await quickInput.accept();
    await window.dialog.getByText('1 of them cannot be had again').waitFor();
    await window.shot('clean-up-question');
    await window.answerDialog('Cancel');
    await quickInput.run('Cordon: Restore Workspace');
    await quickInput.choose(host.name);
    await tree.waitFor(host.name, 'no container');
    await tree.press(host.name, 'Start Workspace');
    await tree.waitFor(host.name, 'running');
  });

  it('is deleted with the Delete key, after a question that says what is lost', async () => {
    const { page, tree, dialog } = window;
    await tree.select(host.name);
    await page.keyboard.press('Delete');
    await dialog.getByText(`Delete the workspace "${host.name}"?`).waitFor();
    await dialog.getByText('Lost: the container, everything that is only in it').waitFor();
    await dialog.getByText(`Kept: the files in ${host.folder}.`).waitFor();
    await window.shot('delete');
    await window.answerDialog('Cancel');
    await tree.waitFor(host.name, 'running');
    await tree.select(host.name);
    await page.keyboard.press('Delete');
    await window.answerDialog('Delete');
    await tree.row(host.name).waitFor({ state: 'detached' });
    await window.statusSays('Not isolated');
    assert.deepEqual(await host.left(), []);
  });

  /** Waits until the panel shows this output channel with this text in it. */
  async function outputOf(channel: string, text: RegExp): Promise<void> {
    const panel = window.page.locator('.part.panel');
    await eventually(`the output channel ${channel}`, async () => {
      const chosen = await panel
        .locator('select')
        .first()
        .evaluate((select) => {
          const { options, selectedIndex } = select as unknown as {
            options: { text: string }[];
            selectedIndex: number;
          };
          return options[selectedIndex]?.text;
        });
      return chosen === channel;
    });
    await eventually(`${text.source} in ${channel}`, async () =>
      text.test((await panel.locator('.view-lines').innerText()).replaceAll('\u00a0', ' ')),
    );
  }
});
