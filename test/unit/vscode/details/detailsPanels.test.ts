import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import type * as vscode from 'vscode';
import type { MessageToPage } from '../../../../src/vscode/details/detailsMessages.ts';
import { CordonError } from '../../../../src/shared/errors.ts';
import type { CreateWorkspaceRequest } from '../../../../src/workspaces/workspaceRequest.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { FakeResources, sampleAt } from '../../../support/resourceSamples.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { until } from '../../../support/until.ts';
import { withoutWaiting } from '../../../support/withoutWaiting.ts';

type Told<T extends MessageToPage['type']> = Extract<MessageToPage, { type: T }>;

/** The details of a workspace, with their page loaded. */
async function opened(request: Partial<CreateWorkspaceRequest> = {}) {
  const resources = new FakeResources();
  const cordon = cordonInWindow({ resources });
  const { id } = await cordon.given('demo', request);
  await cordon.window.run('cordon.showDetails', id);
  const panel = cordon.window.panels[0]!;
  panel.say({ type: 'ready' });
  return { ...cordon, id, panel, resources };
}

describe('the details of a workspace', () => {
  withoutWaiting();

  it('open once for each workspace, with their title, and come to the front again', async () => {
    const { window, id, panel, given } = await opened();
    assert.equal(panel.title, 'demo: Details');
    await window.run('cordon.showDetails', id);
    assert.deepEqual([window.panels.length, panel.revealed], [1, 1]);
    const other = await given('other');
    await window.run('cordon.showDetails', other.id);
    assert.equal(window.panels.length, 2);
  });

  it('may run one script, load one style sheet from one folder, and nothing else', async () => {
    const { panel } = await opened();
    const { html, options } = panel.webview;
    const policy = /content="(default-src[^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const [, nonce = ''] = /'nonce-(\w{32})'/.exec(policy) ?? [];
    assert.equal(
      policy,
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src https://*.example; base-uri 'none'; form-action 'none'`,
    );
    assert.deepEqual(html.match(/<script[^>]*>/g), [
      `<script nonce="${nonce}" src="file:///extension/dist/details/page.js">`,
    ]);
    assert.deepEqual(html.match(/<(?:link|style)[^>]*>/g), [
      '<link rel="stylesheet" href="file:///extension/dist/details/page.css">',
    ]);
    assert.doesNotMatch(html, /\son\w+=|\sstyle=|javascript:|<iframe|<img/i);
    const roots = (options.localResourceRoots ?? []).map(({ path }) => path);
    assert.deepEqual(
      [options.enableScripts, options.enableForms, roots],
      [true, false, ['/extension/dist/details']],
    );
  });

  it('have another nonce each time, and nothing of the workspace but its id in the page', async () => {
    const first = await opened({ name: '<b>demo' });
    const second = await opened();
    const nonceOf = (html: string) => /nonce-(\w+)/.exec(html)?.[1];
    assert.notEqual(nonceOf(first.panel.webview.html), nonceOf(second.panel.webview.html));
    assert.doesNotMatch(first.panel.webview.html, /demo/);
  });

  it('tell what the workspace is, without control characters, and follow it', async () => {
    const { panel, service, id } = await opened({ profile: 'strict' });
    const { state } = await panel.tells<Told<'state'>>('state');
    const facts = new Map(state.facts.map(({ label, value }) => [label, value]));
    assert.equal(state.title, 'demo');
    assert.equal(facts.get('Image'), 'tiny:local');
    assert.equal(facts.get('Profile'), 'strict');
    assert.match(facts.get('Network') ?? '', /^none: /);
    assert.match(facts.get('Mount') ?? '', /^readonly: /);
    assert.equal(state.facts.find(({ isTime }) => isTime)?.label, 'Started');
    assert.match(facts.get('Limits') ?? '', /1 CPU · 2048 MiB/);
    assert.deepEqual(state.limits, { cpuCores: 1, memoryBytes: 2 ** 31, pids: 256 });
    assert.match(state.summary, /^running, profile strict, isolation A$/);
    await service.stop(id);
    const after = await panel.tells<Told<'state'>>('state', (told) =>
      told.state.summary.startsWith('stopped'),
    );
    assert.equal(after.state.canCheck, false);
  });

  it('list what runs in it, as text', async () => {
    const { panel, service, engine, id } = await opened();
    let finish: (code: number) => void = () => undefined;
    const exitCode = new Promise<number>((done) => (finish = done));
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    engine.process = () => ({
      ...{ stdin: new PassThrough(), stdout, stderr, exitCode },
      resize: () => Promise.resolve(),
      close: () => undefined,
    });
    await service.openSession(id, { kind: 'command', command: ['echo', '<img src=x>\u001b[31m\u202e'] });
    const { state } = await panel.tells<Told<'state'>>('state', (told) => told.state.sessions.length === 1);
    assert.deepEqual(
      [state.sessions[0]?.kind, state.sessions[0]?.command],
      ['Command', 'echo <img src=x> [31m '],
    );
    assert.equal(state.sessions[0]?.state, 'running');
    finish(2);
    await panel.tells<Told<'state'>>(
      'state',
      (told) => told.state.sessions[0]?.state === 'ended with exit code 2',
    );
  });

  it('measure only while they can be seen', async () => {
    const { panel, resources, id } = await opened();
    assert.deepEqual(resources.looking, [id]);
    panel.show(false);
    assert.deepEqual(resources.looking, []);
    const told = panel.told.length;
    resources.sample(id, sampleAt(2000));
    assert.equal(panel.told.length, told, 'a page that is not there is told nothing');
    panel.show(true);
    assert.deepEqual(resources.looking, [id]);
    panel.dispose();
    assert.deepEqual(resources.looking, []);
  });

  it('begin with the samples that are there, and take each that comes for this workspace', async () => {
    const { panel, resources, id } = await opened();
    resources.samples = [sampleAt(1000)];
    panel.say({ type: 'ready' });
    const { samples } = await panel.tells<Told<'samples'>>('samples', (told) => told.samples.length > 0);
    assert.deepEqual(samples, [sampleAt(1000)]);
    resources.sample('f'.repeat(32), sampleAt(2000, { pids: 7 }));
    resources.sample(id, sampleAt(2000, { pids: 1 }));
    const { sample } = await panel.tells<Told<'sample'>>('sample');
    assert.equal(sample.pids, 1);
    assert.equal(panel.told.filter(({ type }) => type === 'sample').length, 1);
  });

  it('show the report of the last start, what does not hold first, and check anew', async () => {
    const { panel, engine } = await opened();
    const { report } = await panel.tells<Told<'report'>>('report');
    assert.match(report.summary, /^Grade A: everything that the profile promises holds\./);
    engine.factsOf = (container, facts) => ({
      ...facts,
      id: container.id,
      capabilitiesAdded: ['SYS_ADMIN\u001b'],
    });
    panel.say({ type: 'checkIsolation' });
    const after = await panel.tells<Told<'report'>>(
      'report',
      (told) => told.report.summary.startsWith('Grade F') && !told.report.isChecking,
    );
    const [first] = after.report.findings;
    assert.deepEqual([first?.status, first?.statusWord], ['broken', 'does not hold, critical']);
    assert.match(first?.actual ?? '', /SYS_ADMIN $/);
  });

  it('say why the isolation could not be checked', async () => {
    const { panel, service } = await opened();
    service.isolationReport = () => Promise.reject(new CordonError('engineFailed', 'It is gone.'));
    panel.say({ type: 'checkIsolation' });
    await panel.tells<Told<'report'>>('report', (told) => told.report.summary === 'It is gone.');
  });

  it('forget a report whose container was stopped', async () => {
    const { panel, service, id } = await opened();
    await service.stop(id);
    const { report } = await panel.tells<Told<'report'>>(
      'report',
      (told) => told.report.findings.length === 0,
    );
    assert.match(report.summary, /^It is checked at every start/);
  });

  it('show the timeline, newest first, and what comes', async () => {
    const { panel, service, id } = await opened();
    await panel.tells<Told<'timeline'>>(
      'timeline',
      ({ events }) => events.at(-1)?.text.includes('create') === true,
    );
    await service.stop(id);
    const { events } = await panel.tells<Told<'timeline'>>(
      'timeline',
      (told) => told.events[0]?.text.includes('stop "demo": done') === true,
    );
    assert.deepEqual([events[0]?.kindWord, events[0]?.severityWord], ['operation', 'note']);
  });

  it('show the last lines that the container printed, as text', async () => {
    const cordon = cordonInWindow();
    const { id } = await cordon.given('demo');
    const output = new PassThrough();
    let asked: number | undefined;
    let signal: AbortSignal | undefined;
    cordon.engine.followLogs = (_id?: string, stop?: AbortSignal, lastLines?: number) => {
      [asked, signal] = [lastLines, stop];
      return Promise.resolve(output);
    };
    await cordon.window.run('cordon.showDetails', id);
    const panel = cordon.window.panels[0]!;
    panel.say({ type: 'ready' });
    output.write(Array.from({ length: 300 }, (_, line) => `line ${line}\n`).join(''));
    output.write('\u001b[31mred\u001b[0m\t<b>\u202e\n');
    const { text } = await panel.tells<Told<'log'>>('log', (told) => told.text.includes('red'));
    const lines = text.split('\n');
    assert.deepEqual([asked, lines.length, lines.at(-1), lines[0]], [200, 200, 'red    <b>', 'line 101']);
    panel.show(false);
    assert.ok(signal?.aborted);
  });

  it('understand five requests and nothing else', async () => {
    const { window, panel, log, id } = await opened();
    window.executed.length = 0;
    for (const nonsense of [
      undefined,
      'ready',
      { type: 'run', command: 'rm' },
      { type: 'exportTimeline', path: '/etc' },
      { type: ['ready'] },
    ])
      panel.say(nonsense);
    assert.equal(log.text.match(/was not understood/g)?.length, 5);
    assert.deepEqual(window.executed, []);
    panel.say({ type: 'exportTimeline' });
    panel.say({ type: 'showContainerLog' });
    panel.say({ type: 'editEgress' });
    assert.deepEqual(window.executed, [
      ['cordon.exportTimeline', id],
      ['cordon.showContainerLog', id],
      ['cordon.editEgress', id],
    ]);
  });

  it('say so when the workspace is deleted', async () => {
    const { panel, service, id } = await opened();
    await service.remove(id);
    const { state } = await panel.tells<Told<'state'>>('state', (told) => !told.state.isThere);
    assert.equal(state.summary, 'This workspace does not exist any more.');
    assert.equal(panel.title, 'demo: Details');
  });

  it('go with Cordon', async () => {
    const { window, panel, registered, resources, service, id } = await opened();
    registered.dispose();
    assert.deepEqual([panel.isDisposed, window.serializers.size, resources.looking], [true, 0, []]);
    await service.stop(id);
  });
});

describe('the names in the details of a workspace', () => {
  it('show what a filtered workspace tried to reach, and what it tries', async () => {
    const { panel, engine } = await opened({ network: 'filtered' });
    await panel.tells<Told<'names'>>('names', ({ names }) => names?.length === 0);
    await until(() => engine.followedProxyLogs.size > 0);
    for (const log of engine.followedProxyLogs.values())
      log.write(tryLine('a.example.org', 'allowed') + tryLine('b.example.org', 'rule', { port: 8443 }));
    const { names } = await panel.tells<Told<'names'>>('names', (told) => told.names?.length === 2);
    assert.deepEqual(
      names?.map(({ name, verdict, text, decisions }) => [
        name,
        verdict,
        text,
        decisions.map(({ label }) => label).join(', '),
      ]),
      [
        ['b.example.org:8443', 'denied', 'denied', 'Allow, Until It Stops, Always Deny'],
        ['a.example.org', 'allowed', 'allowed · 5 byte sent, 12 byte received', 'Always Deny'],
      ],
    );
  });

  it('take what is decided about a name that was tried, and of nothing else', async () => {
    const { panel, engine, window, service, id } = await opened({ network: 'filtered' });
    await until(() => engine.followedProxyLogs.size > 0);
    for (const log of engine.followedProxyLogs.values())
      log.write(tryLine('a.example.org', 'rule') + tryLine('b.example.org', 'rule', { port: 8443 }));
    const { names } = await panel.tells<Told<'names'>>('names', (told) => told.names?.length === 2);
    for (const address of ['c.example.org:443', '', '*']) panel.say({ type: 'allowName', address });
    panel.say({ type: 'allowName', address: names?.[0]?.address, rule: '*' });
    panel.say({ type: 'denyName', address: names?.[0]?.address });
    await window.executedAll();
    panel.say({ type: 'allowName', address: names?.[1]?.address });
    await window.executedAll();
    const { egress } = service.get(id)!;
    assert.deepEqual([egress?.deny, egress?.allow], [['a.example.org'], ['b.example.org:8443']]);
  });

  it('show no names where nobody sees them', async () => {
    const { panel } = await opened({ network: 'isolated' });
    await panel.tells<Told<'names'>>('names', ({ names }) => names === null);
  });
});

describe('details that VS Code brings back after a reload', () => {
  withoutWaiting();

  const bringBack = async (state: (id: string) => unknown) => {
    const cordon = cordonInWindow();
    const { id } = await cordon.given('demo');
    const panel = cordon.window.openPanel('cordon.details', 'demo: Details');
    const serializer = cordon.window.serializers.get('cordon.details');
    await serializer?.deserializeWebviewPanel(panel as unknown as vscode.WebviewPanel, state(id));
    return { ...cordon, id, panel };
  };

  it('are what they were, with title and icon', async () => {
    const { panel, window, id } = await bringBack((workspaceId) => ({ workspaceId, scrollY: 12 }));
    panel.say({ type: 'ready' });
    assert.equal((await panel.tells<Told<'state'>>('state')).state.title, 'demo');
    assert.ok(panel.iconPath);
    await window.run('cordon.showDetails', id);
    assert.deepEqual([window.panels.length, panel.revealed], [1, 1]);
  });

  it('are closed where their workspace is gone, or nobody can tell which it was', async () => {
    for (const state of [
      undefined,
      'x',
      { workspaceId: 3 },
      { workspaceId: '../../etc' },
      { workspaceId: 'f'.repeat(32) },
    ])
      assert.ok((await bringBack(() => state)).panel.isDisposed, JSON.stringify(state));
  });
});
