import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { shell } from '../support/engine.ts';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

describe('protected and hidden paths in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon();
    window = host.window;
    await window.quickInput.run('Cordon: Create Workspace');
    await window.tree.waitFor(host.name, 'running');
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  const sh = async (line: string) =>
    await shell(host.engine.engine, (await host.containerId()) ?? '', `cd /workspace && ${line}`);

  it('asks about what the container makes: a look at it, and then into the quarantine and back', async () => {
    await sh('mkdir .vscode && echo "evil" > .vscode/tasks.json');
    await window.notifications.told(/While .* runs, something other than you made or changed ".vscode"/);
    await window.shot('protected-question');
    await window.notifications.press(/".vscode"/, 'Look');
    assert.match(await window.editorText('tasks.json'), /evil/);
    await window.notifications.press(/".vscode"/, 'Move to Quarantine');
    const place = path.join(host.folder, '.vscode');
    await eventually('the folder without it', () => Promise.resolve(!existsSync(place)));
    await window.quickInput.run('Cordon: Show Quarantine');
    await window.quickInput.asks('Quarantine');
    await window.shot('quarantine');
    await window.quickInput.accept();
    await window.answerDialog('Put Back');
    await eventually('it is back', () => Promise.resolve(existsSync(place)));
    await fs.rm(place, { recursive: true });
  });

  it('pauses the workspace when a secret comes up, and hides it by a restart', async () => {
    await fs.writeFile(path.join(host.folder, '.env'), 'SECRET=1\n');
    await window.notifications.told(/was paused: ".env" came up in its folder/);
    await window.tree.waitFor(host.name, 'paused');
    await window.shot('hidden-question');
    await window.notifications.press(/".env" came up/, 'Restart');
    await window.tree.waitFor(host.name, 'running');
    assert.equal((await sh('cat .env; echo read')).stdout, 'read\n');
  });
});
