import assert from 'node:assert/strict';
import type { WorkspaceChange, WorkspacesApi } from '../../cordon.d.ts';
import { cordonApi, hasCode, openFolder, resourcesOf, TestWorkspaces, tinyImage } from './support/cordon.ts';

describe('the API', () => {
  let api: WorkspacesApi;
  let own: TestWorkspaces;

  before(async () => {
    api = await cordonApi();
    own = new TestWorkspaces(api);
  });
  after(() => own.removeAll());

  it('has the shape of version 1, and is frozen', () => {
    const functions = [
      ...['list', 'get', 'create', 'update', 'remove', 'start', 'stop', 'restart', 'pause', 'resume'],
      ...['archive', 'restore', 'batch', 'exec', 'isolationReport', 'onDidChange'],
      ...['securityLog', 'panic', 'onDidRecordSecurity', 'forwardPort'],
      ...['changes', 'acceptChanges', 'discardChanges', 'undoAccept'],
    ];
    assert.deepEqual(Object.keys(api).sort(), functions.sort());
    assert.ok(Object.isFrozen(api));
  });

  it('creates a workspace that runs, with the fields of the contract', async () => {
    const workspace = await own.create('api create', { env: { GREETING: 'hello' } });
    assert.equal(workspace.container.kind, 'running');
    assert.deepEqual(
      { ...workspace, id: '', container: '', createdAt: '', updatedAt: '', isolation: '' },
      {
        ...{ id: '', container: '', createdAt: '', updatedAt: '', isolation: '' },
        name: 'api create',
        folder: `file://${openFolder()}`,
        status: 'active',
        image: tinyImage,
        profile: 'standard',
        // The image of a proxy is nowhere here.
        network: 'isolated',
        mount: 'live',
        limits: { cpus: 2, memoryMiB: 4096, pids: 1024, tmpMiB: 512 },
        env: { GREETING: 'hello' },
        activeTasks: 0,
      },
    );
    assert.match(workspace.isolation?.grade ?? '', /^[AB]$/);
    for (const moment of [workspace.createdAt, workspace.updatedAt])
      assert.equal(new Date(moment).toISOString(), moment);
    assert.deepEqual((await resourcesOf(workspace.id)).map(({ kind }) => kind).sort(), [
      'container',
      'network',
      'network',
    ]);
  });

  it('hands out snapshots that cannot be changed', async () => {
    const workspace = await own.create('api frozen', { start: false });
    assert.equal(workspace.container.kind, 'absent');
    const found = api.get(workspace.id);
    for (const part of [workspace, workspace.limits, workspace.env, workspace.container, found, api.list()])
      assert.ok(Object.isFrozen(part));
    assert.deepEqual(found, workspace);
  });

  it('goes through its whole life', async () => {
    const { id } = await own.create('api life');
    const kinds: string[] = [];
    for (const step of [
      'pause',
      'resume',
      'restart',
      'stop',
      'start',
      'archive',
      'restore',
      'start',
    ] as const) {
      const { container, status } = await api[step](id);
      kinds.push(`${step}: ${status} ${container.kind}`);
    }
    assert.deepEqual(kinds, [
      'pause: active paused',
      'resume: active running',
      'restart: active running',
      'stop: inactive stopped',
      'start: active running',
      'archive: archived absent',
      'restore: inactive absent',
      'start: active running',
    ]);
    await api.remove(id);
    assert.equal(api.get(id), undefined);
    assert.deepEqual(await resourcesOf(id), []);
  });

  it('updates in place where the engine can', async () => {
    const before = await own.create('api update');
    const after = await api.update(before.id, { name: 'api updated', limits: { memoryMiB: 256 } });
    assert.equal(after.name, 'api updated');
    assert.deepEqual(after.limits, { ...before.limits, memoryMiB: 256 });
    assert.deepEqual(containerIdOf(after), containerIdOf(before));
    const anew = await api.update(before.id, { profile: 'strict', network: 'none' });
    assert.notEqual(containerIdOf(anew), containerIdOf(before));
    assert.deepEqual([anew.profile, anew.container.kind], ['strict', 'running']);
  });

  it('runs commands: output, exit code, standard input, environment, folder', async () => {
    const { id } = await own.create('api exec');
    const script = 'cat; echo "$WORD in $PWD" >&2; exit 7';
    const result = await api.exec(id, ['sh', '-c', script], {
      stdin: 'fed',
      env: { WORD: 'here' },
      cwd: '/tmp',
    });
    assert.deepEqual(
      { ...result, durationMs: 0 },
      { exitCode: 7, stdout: 'fed', stderr: 'here in /tmp\n', durationMs: 0, truncated: false },
    );
    const listing = await api.exec(id, ['ls', '/workspace']);
    assert.match(listing.stdout, /package\.json/);
    assert.equal(api.get(id)?.activeTasks, 0);
  });

  it('reports what isolates a workspace', async () => {
    const { id } = await own.create('api report');
    const report = await api.isolationReport(id);
    assert.match(report.grade, /^[AB]$/);
    assert.ok(report.findings.length > 10);
    assert.ok(Object.isFrozen(report.findings[0]));
    await api.stop(id);
    await assert.rejects(api.isolationReport(id), hasCode('notRunning'));
  });

  it('tells every change, with what was and what is', async () => {
    const changes: WorkspaceChange[] = [];
    const subscription = api.onDidChange((change) => changes.push(change));
    const { id } = await own.create('api events');
    await api.stop(id);
    await api.remove(id);
    subscription.dispose();
    const ownChanges = changes.filter((change) => change.id === id);
    assert.equal(ownChanges[0]?.previous, undefined);
    assert.equal(ownChanges.at(-1)?.current, undefined);
    const kinds = ownChanges.map(({ current }) => current?.container.kind);
    assert.deepEqual(
      (['creating', 'running', 'stopped', undefined] as const).map((kind) => kinds.includes(kind)),
      [true, true, true, true],
      kinds.join(),
    );
    ownChanges.slice(1).forEach(({ previous }, index) => {
      assert.deepEqual(previous, ownChanges[index]?.current, 'previous is what was told before');
    });
    assert.ok(
      ownChanges.every((change) => Object.isFrozen(change) && Object.isFrozen(change.current ?? change)),
    );
  });

  it('rejects with an error that has a code and a sentence', async () => {
    const folder = openFolder();
    await own.create('api taken', { start: false });
    await assert.rejects(api.create({ name: 'API  taken', folder }), hasCode('workspaceExists'));
    await assert.rejects(api.create({ name: 'a/b', folder }), hasCode('invalidName'));
    await assert.rejects(api.create({ name: 'api x', folder: `${folder}/none` }), hasCode('folderNotFound'));
    await assert.rejects(api.create({ name: 'api x', folder: '/etc' }), hasCode('folderForbidden'));
    await assert.rejects(
      api.create({ name: 'api x', folder, image: 'cordon-test/none:local' }),
      (error: { code?: string }) => error.code === 'imageNotFound' || error.code === 'imagePullFailed',
    );
    await assert.rejects(api.create(undefined as never), hasCode('invalidRequest'));
    await assert.rejects(
      api.create({ name: 'api x', folder, limits: { cpus: -1 } }),
      hasCode('invalidRequest'),
    );
    await assert.rejects(api.start('nonsense'), hasCode('workspaceNotFound'));
    await assert.rejects(api.exec('nonsense', ['true']), hasCode('workspaceNotFound'));
    assert.ok(!api.list().some(({ name }) => name === 'api x'));
  });
});

function containerIdOf({
  container,
}: {
  readonly container: { readonly kind: string; readonly id?: string };
}) {
  return container.id;
}
