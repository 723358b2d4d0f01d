import assert from 'node:assert/strict';
import { engineJson, engineRequest } from '../host/engineRequest.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { DetailsPage } from './support/detailsPage.ts';
import { eventually } from './support/eventually.ts';

describe('the safety of a workspace in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;
  let containerId: string;

  before(async () => {
    host = await startCordon();
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
    containerId = (await host.containerId()) ?? '';
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('tells of a foreign process, counts it in the tree, and keeps it in the security log', async () => {
    const foreign = await host.engine.engine.startProcess({
      containerId,
      command: ['echo', 'from outside'],
      cwd: '/',
      env: {},
      stdin: false,
    });
    foreign.stdout.resume();
    foreign.stderr.resume();
    await foreign.exitCode;
    await window.notifications.told(/started a process in the container: echo from outside/);
    await window.tree.select(host.name);
    await window.page.keyboard.press('ArrowRight');
    await window.tree.row('1 unanswered').waitFor();
    await window.shot('security-alert');
    await window.notifications.press(/from outside/, 'Show Security Log');
    const text = await window.editorText(/Security log/);
    assert.match(text, /warning\s+foreign process: .*echo from outside/);
    await window.tree.row('1 unanswered').waitFor({ state: 'detached' });
    await window.shot('security-log');
  });

  it('has its details in a page: by keyboard, in every theme, narrow, within its policy', async () => {
    const refused: string[] = [];
    window.page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) refused.push(message.text());
    });
    await window.quickInput.run('Cordon: Show Details');
    await window.quickInput.choose(host.name);
    const details = new DetailsPage(window.page);
    await details.frame.getByRole('heading', { name: host.name, level: 1 }).waitFor();
    await details.frame.getByRole('status').filter({ hasText: 'running, profile standard' }).waitFor();
    for (const heading of [
      ...['Workspace', 'Last 15 minutes', 'Terminals and commands'],
      ...['Isolation', 'Timeline', 'Container output'],
    ])
      await details.section(heading).waitFor();
    await details
      .rows('Timeline')
      .filter({ hasText: /security.*warning.*echo from outside/ })
      .first()
      .waitFor();
    await details.rows('Isolation').filter({ hasText: 'holds' }).first().waitFor();
    const checked = await details
      .section('Isolation')
      .getByText(/^Grade [AB]/)
      .innerText();
    await details.frame.getByRole('button', { name: 'Check Now' }).press('Enter');
    await details
      .section('Isolation')
      .getByText(/^Grade [AB]/)
      .filter({ hasNotText: checked })
      .waitFor();

    for (const [theme, kind] of Object.entries(themes)) {
      await window.quickInput.run('Preferences: Color Theme');
      await window.quickInput.type(theme);
      await window.quickInput.choose(theme);
      await details.frame.locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      await window.shot(`details-${theme.replaceAll(' ', '-').toLowerCase()}`);
    }
    await window.quickInput.run('View: Toggle Primary Side Bar Visibility');
    await window.page.setViewportSize({ width: 348, height: 900 });
    assert.equal(await details.overflow(), 0);
    await window.shot('details-narrow');
    await details.section('Timeline').scrollIntoViewIfNeeded();
    await window.shot('details-narrow-timeline');
    await window.page.setViewportSize({ width: 1280, height: 800 });
    await window.quickInput.run('View: Toggle Primary Side Bar Visibility');

    await eventually('what is open is stored, with what the page keeps', () => window.hasStored('scrollY'));
    await window.reload();
    await details.frame.getByRole('heading', { name: host.name, level: 1 }).waitFor();
    await window.quickInput.run('View: Close Editor');
    assert.deepEqual(refused, []);
  });

  it('pauses the workspace when something connects it to a network, and disconnects it', async () => {
    const { Id: other } = (await engineJson(host.engine.socketPath, 'POST', '/networks/create', {
      value: { Name: `cordon-other-${host.name}`, Driver: 'bridge' },
    })) as { Id: string };
    try {
      await host.engine.engine.connectNetwork(other, containerId);
      await window.notifications.told(/connected the container to the network .* was paused/);
      await window.tree.waitFor(host.name, 'paused');
      await window.shot('security-critical');
      await window.notifications.press(/to the network/, 'Disconnect Network');
      await eventually('the network gone', async () => {
        const facts = await host.engine.engine.inspectContainer(containerId);
        return facts?.networks.length === 1;
      });
    } finally {
      await host.engine.engine.disconnectNetwork(containerId, other).catch(() => undefined);
      await removeNetwork(host, other);
    }
    await window.quickInput.run('Cordon: Resume Workspace');
    await window.quickInput.choose(host.name);
    await window.tree.waitFor(host.name, 'running');
  });

  it('freezes everything by one key, and releases it when the person says so', async () => {
    await window.quickInput.run('Cordon: Open Terminal');
    await window.quickInput.choose(host.name);
    await window.terminal.shows(/[$#] ?$/);
    await window.page.keyboard.press('Control+Alt+Shift+P');
    await window.notifications.told(/Panic: 1 of 1 workspaces frozen/);
    await window.tree.waitFor(host.name, 'frozen');
    await window.statusSays(`${host.name}: frozen`);
    const frozen = await host.engine.engine.inspectContainer(containerId);
    assert.deepEqual([frozen?.paused, frozen?.networks], [true, []]);
    await window.shot('panic');

    await window.reload();
    await window.tree.waitFor(host.name, 'frozen');
    await window.quickInput.run('Cordon: Release after Panic…');
    await window.quickInput.choose(host.name);
    await window.quickInput.asks(`Release ${host.name}`);
    await window.shot('release');
    await window.quickInput.choose('Resume');
    await window.tree.waitFor(host.name, 'running');
    const released = await host.engine.engine.inspectContainer(containerId);
    assert.deepEqual([released?.paused, released?.networks.length], [false, 1]);
  });
});

/** It carries none of our labels, so that it is a stranger to the extension, and the engine's port does not remove it. */
async function removeNetwork({ engine }: CordonHost, id: string): Promise<void> {
  await engineRequest(engine.socketPath, 'DELETE', `/networks/${id}`);
}

/** What VS Code calls each kind of theme. */
const themes = {
  'Light Modern': 'vscode-light',
  'Dark High Contrast': 'vscode-high-contrast',
  'Dark Modern': 'vscode-dark',
} as const;
