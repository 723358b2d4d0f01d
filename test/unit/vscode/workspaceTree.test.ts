import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { mock } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { TreeNode } from '../../../src/vscode/workspaceNode.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { runProcesses } from '../../support/fakeProcess.ts';
import { statsOf } from '../../support/watchedStore.ts';

const otherFolder = pathToFileURL('/projects/other').href;

function workspaceView() {
  const parts = cordonInWindow();
  return { ...parts, view: parts.window.tree<TreeNode>('cordon.workspaces') };
}

describe('the tree of workspaces', () => {
  it('lists those of the open folder first, each by name, numbers in their order', async () => {
    const { view, given } = workspaceView();
    await given('a', { folder: otherFolder, start: false });
    for (const name of ['web 10', 'web 2', 'Api']) await given(name, { start: false });
    const rows = await view.rows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['Api', 'web 2', 'web 10', 'a'],
    );
    assert.deepEqual(
      rows.map(({ description }) => description),
      [
        ...Array.from({ length: 3 }, () => 'no container · standard · tiny:local'),
        'no container · standard · tiny:local · other',
      ],
    );
  });

  it('follows the state of a container with word, icon and what menus match', async () => {
    const { view, given, service, engine } = workspaceView();
    const { id } = await given('demo', { start: false, mount: 'readonly' });
    const look = async () => {
      const [row] = await view.rows();
      return [row?.description.split(' · ')[0], row?.icon, row?.contextValue];
    };
    assert.deepEqual(await look(), ['no container', 'vm-outline', 'absent.workspace.readonly.open']);
    await service.start(id);
    assert.deepEqual(await look(), ['running', 'vm-running', 'running.workspace.readonly.open']);
    await service.pause(id);
    assert.deepEqual(await look(), ['paused', 'debug-pause', 'paused.workspace.readonly.open']);
    await service.stop(id);
    assert.deepEqual(await look(), ['stopped', 'vm-outline', 'stopped.workspace.readonly.open']);
    await service.start(id);
    engine.lose();
    assert.deepEqual(await look(), ['unknown', 'question', 'unknown.workspace.readonly.open']);
    engine.comeBack();
    await service.archive(id);
    assert.deepEqual(await look(), ['archived', 'archive', 'archived.workspace.readonly.open']);
  });

  it('spins while a container is made, and shows why one ended', async () => {
    const { view, given, engine } = workspaceView();
    const seen: (readonly [string, string, string])[] = [];
    engine.before = async (step) => {
      if (step !== 'startContainer') return;
      const [row] = await view.rows();
      if (row) seen.push([row.description.split(' · ')[0] ?? '', row.icon, row.contextValue]);
    };
    const { id } = await given('demo');
    assert.deepEqual(seen, [['creating', 'loading~spin', 'creating.workspace.live.open']]);
    engine.emit({
      workspaceId: id,
      containerId: [...engine.containers.keys()][0]!,
      action: 'die',
      exitCode: 3,
    });
    const [row] = await view.rows();
    assert.deepEqual([row?.icon, row?.contextValue], ['error', 'failed.workspace.live.open']);
    const [container] = await view.rows(row?.node);
    assert.match(container?.description ?? '', /^failed · .* · The main process .* exit code 3\.$/);
  });

  it('shows an isolation below B in its row, and what it means', async () => {
    const { view, given, service, engine } = workspaceView();
    const { id } = await given('demo');
    const grades: [string | undefined, string | undefined, string | undefined][] = [];
    for (const part of [{ init: false }, { restartPolicy: 'always' }, { privileged: true }]) {
      engine.factsOf = (container, facts) => ({ ...facts, ...part, id: container.id });
      await service.isolationReport(id);
      const [row] = await view.rows();
      const isolation = (await view.rows(row?.node)).find(({ label }) => label === 'Isolation');
      grades.push([row?.icon, row?.description.split(' · ')[0], isolation?.icon]);
    }
    assert.deepEqual(grades, [
      ['vm-running', 'running', 'verified'],
      ['warning', 'isolation C', 'warning'],
      ['error', 'isolation F', 'error'],
    ]);
    const [row] = await view.rows();
    assert.match(row?.tooltip ?? '', /Isolation F: the isolation does not hold/);
    await service.stop(id);
    assert.ok(!(await view.rows((await view.rows())[0]?.node)).some(({ label }) => label === 'Isolation'));
  });

  it('shows below a workspace its container, network, mount, limits and what runs in it', async () => {
    const { view, given, service, engine } = workspaceView();
    runProcesses(engine);
    const { id } = await given('demo', { network: 'isolated', limits: { cpus: 1.5, pids: 99 } });
    const session = await service.openSession(id, { kind: 'command', command: ['sh', '-c', 'ls\u001b[2J'] });
    const [row] = await view.rows();
    const details = await view.rows(row?.node);
    assert.deepEqual(
      details.map(({ label, icon }) => [label, icon]),
      [
        ['Container', 'package'],
        ['Network', 'globe'],
        ['Mount', 'folder'],
        ['Isolation', 'verified-filled'],
        ['Limits', 'dashboard'],
        ['Command', 'play'],
      ],
    );
    const [container, network, mount, isolation, limits, command] = details;
    assert.match(container?.description ?? '', /^running · container2 · started /);
    assert.equal(network?.description, 'isolated');
    assert.match(network.tooltip, /no way out/);
    assert.equal(mount?.description, 'live · /workspace');
    assert.match(mount.tooltip, /reads and writes your folder\s+\/projects\/demo/);
    assert.match(isolation?.description ?? '', /^A · checked now$/);
    assert.equal(isolation?.item.command?.command, 'cordon.showIsolation');
    assert.match(limits?.description ?? '', /^1\.5 CPU · \d+ MiB memory · 99 processes · \d+ MiB/);
    assert.match(command?.description ?? '', /^sh -c ls \[2J · now$/, 'nothing that clears a screen');
    assert.equal(command?.contextValue, 'running.detail.session');
    assert.equal(
      new Set(details.map(({ item }) => item.id)).size,
      details.length,
      'each has an id of its own',
    );
    assert.deepEqual(await view.rows(command.node), []);
    await session.end();
    assert.equal((await view.rows(row?.node)).length, 5);
  });

  it('tells in the tooltip where it is, how strict it is and what went wrong', async () => {
    const { view, given, service, engine } = workspaceView();
    const { id } = await given('demo');
    engine.before = (step) => {
      if (step === 'stopContainer') throw new Error('raw');
    };
    await service.stop(id).catch(() => undefined);
    const [row] = await view.rows();
    for (const expected of [
      /demo · running/,
      /Folder: \/projects\/demo/,
      /Image: tiny:local/,
      /Profile: standard · network: open · mount: live/,
      /Running terminals and commands: 0/,
      /Last error: /,
    ])
      assert.match(row?.tooltip ?? '', expected);
    assert.equal(
      row?.item.accessibilityInformation?.label,
      'Workspace demo, running, profile standard, image tiny:local',
    );
  });

  it('makes neither a link nor an image nor HTML of a hostile path', async () => {
    const { view, given } = workspaceView();
    await given('demo', {
      folder: pathToFileURL('/x/[a](command:b)![c](http:d)<img src=e>').href,
      start: false,
    });
    const [row] = await view.rows();
    const { value, isTrusted } = row?.item.tooltip as { value: string; isTrusted?: boolean };
    assert.doesNotMatch(value, /(?<!\\)\]\(|<img/);
    assert.notEqual(isTrusted, true);
  });

  it('draws only the row that changed, and everything when rows come, go or are renamed', async () => {
    const { view, given, service, window } = workspaceView();
    const { id } = await given('demo', { start: false });
    const [row] = await view.rows();
    view.redrawn.length = 0;
    await service.start(id);
    assert.ok(view.redrawn.length > 0 && view.redrawn.every((node) => node === row?.node));
    view.redrawn.length = 0;
    await service.update(id, { name: 'renamed' });
    assert.ok(view.redrawn.includes(undefined));
    view.redrawn.length = 0;
    window.openFolders(['/projects/other']);
    assert.ok(view.redrawn.includes(undefined));
    view.redrawn.length = 0;
    await service.remove(id);
    assert.ok(view.redrawn.includes(undefined));
    assert.deepEqual(await view.rows(), []);
    assert.deepEqual(await view.rows(row?.node), [], 'VS Code may still ask for what is gone');
  });

  describe('and what a workspace uses', () => {
    let nowMs: number;
    beforeEach(() => {
      nowMs = 0;
      mock.timers.enable({ apis: ['setTimeout'] });
      mock.method(performance, 'now', () => nowMs);
    });
    afterEach(() => {
      mock.timers.reset();
      mock.restoreAll();
    });
    const pass = async (forMs: number) => {
      for (let passedMs = 0; passedMs < forMs; passedMs += 100) {
        nowMs += 100;
        mock.timers.tick(100);
        for (let turn = 0; turn < 5; turn++) await setImmediate();
      }
    };

    it('stands in its row, drawn anew only when it reads otherwise', async () => {
      const { view, given, service, engine } = workspaceView();
      const uses = (memoryMiB: number) =>
        statsOf({ memoryBytes: memoryMiB * 1024 ** 2, memoryLimitBytes: 1024 ** 3, pids: 12 });
      engine.stats = uses(312);
      const { id } = await given('demo', { limits: { cpus: 2, memoryMiB: 1024, pids: 512 } });
      await given('other', { start: false });
      const [row] = await view.rows();
      assert.equal(row?.description, 'running · standard · tiny:local');
      view.redrawn.length = 0;
      await pass(2000);
      assert.deepEqual(view.redrawn, [row.node]);
      const [drawn] = await view.rows();
      assert.equal(drawn?.description, 'running · 0.0 cores · 312 MB · standard · tiny:local');
      assert.doesNotMatch(
        drawn.item.accessibilityInformation?.label ?? '',
        /cores/,
        'a screen reader is not told again and again',
      );
      const detail = (await view.rows(row.node)).find(({ label }) => label === 'Resources');
      assert.equal(detail?.description, '0.0 of 2 cores · 312 MB of 1 GB · 12 of 512 processes');
      assert.match(detail.tooltip, /Network: 0 byte\/s received, 0 byte\/s sent\s+Disk: 0 byte\/s read/);
      view.redrawn.length = 0;
      await pass(10_000);
      assert.deepEqual(view.redrawn, []);
      engine.stats = { ...uses(312), pids: 13 };
      await pass(2500);
      assert.deepEqual(view.redrawn, [detail.node], 'a tooltip of the workspace stays open');
      await view.rows(row.node);
      view.redrawn.length = 0;
      engine.stats = { ...uses(400), pids: 13 };
      await pass(2500);
      assert.deepEqual(view.redrawn, [row.node]);
      await service.stop(id);
      assert.match((await view.rows())[0]?.description ?? '', /^stopped · standard/);
    });

    it('is asked for only while the view is open', async () => {
      const { view, given, engine } = workspaceView();
      engine.stats = statsOf();
      await given('demo');
      const samples = async () => {
        engine.calls.length = 0;
        await pass(5000);
        return engine.calls.filter((call) => call === 'sampleStats').length;
      };
      assert.ok((await samples()) > 1);
      view.visible = false;
      assert.equal(await samples(), 0);
      view.visible = true;
      assert.ok((await samples()) > 1);
    });
  });

  it('says above the rows that the engine is gone, and nothing above an empty view', async () => {
    const { view, given, engine } = workspaceView();
    engine.lose();
    assert.equal(view.message, '');
    engine.comeBack();
    await given('demo');
    assert.equal(view.message, '');
    engine.lose();
    assert.equal(view.message, 'No container engine can be reached: No container engine answers.');
  });
});
