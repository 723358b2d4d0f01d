import assert from 'node:assert/strict';
import type { Disposable } from 'vscode';
import type { WorkspaceChange } from '../../../cordon.d.ts';
import { composeReviews } from '../../../src/review/composeReviews.ts';
import { ViewFolders } from '../../../src/review/viewFolders.ts';
import { CordonError } from '../../../src/shared/errors.ts';
import { createApi } from '../../../src/vscode/api.ts';

import { finishedProcess } from '../../support/fakeEngine.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';
import { copyRules } from '../../support/copyRules.ts';

function api() {
  const parts = workspacesOnFake();
  const { reviews } = composeReviews(parts.reviewGround, new ViewFolders('/nowhere', copyRules));
  return { ...parts, api: createApi(parts.service, reviews) };
}

describe('the API for other extensions', () => {
  it('leads a workspace through its life', async () => {
    const { workspaces } = api().api;
    const { id } = await workspaces.create({ name: 'demo', folder });
    const kinds = [];
    for (const operation of ['pause', 'resume', 'restart', 'stop', 'start'] as const)
      kinds.push((await workspaces[operation](id)).container.kind);
    assert.deepEqual(kinds, ['paused', 'running', 'running', 'stopped', 'running']);
    assert.equal((await workspaces.exec(id, ['true'])).exitCode, 0);
    assert.equal((await workspaces.isolationReport(id)).grade, 'A');
    assert.equal((await workspaces.update(id, { name: 'shop' })).name, 'shop');
    assert.deepEqual(await workspaces.batch('stop', [id]), { results: [{ id, ok: true }] });
    assert.equal((await workspaces.archive(id)).status, 'archived');
    assert.equal((await workspaces.restore(id)).status, 'inactive');
    await workspaces.remove(id);
    assert.deepEqual([workspaces.list(), workspaces.get(id)], [[], undefined]);
  });

  it('refuses a review of what is not in review mode, and paths that are no texts', async () => {
    const { workspaces } = api().api;
    const { id } = await workspaces.create({ name: 'demo', folder });
    const calls = [
      workspaces.changes(id),
      workspaces.acceptChanges(id),
      workspaces.discardChanges(id, ['a']),
      workspaces.undoAccept(id),
      workspaces.acceptChanges(id, 'a' as never),
      workspaces.discardChanges(id, [1] as never),
    ];
    for (const call of calls) assert.equal(await codeOf(call), 'invalidRequest');
    assert.equal(await codeOf(workspaces.changes('none')), 'workspaceNotFound');
  });

  it('hands out nothing by which a caller could change what Cordon knows', async () => {
    const { api: own, service } = api();
    const { id } = await own.workspaces.create({ name: 'demo', folder, env: { A: '1' } });
    const workspace = own.workspaces.get(id) as { name: string; env: Record<string, string> };
    assert.throws(() => {
      workspace.name = 'x';
    }, TypeError);
    assert.throws(() => {
      workspace.env['A'] = '2';
    }, TypeError);
    assert.throws(() => (own.workspaces.list() as unknown[]).push(1), TypeError);
    assert.throws(() => {
      (own as { apiVersion: number }).apiVersion = 2;
    }, TypeError);
    assert.deepEqual(service.get(id)?.env, { A: '1' });
  });

  it('forwards a port until that is disposed of', async () => {
    const { api: own, engine, ports } = api();
    engine.process = () => finishedProcess(0, 'ready');
    const { id } = await own.workspaces.create({ name: 'demo', folder });
    const forwarded = await own.workspaces.forwardPort(id, 3000, { label: 'web' });
    assert.ok(Object.isFrozen(forwarded) && forwarded.localPort > 0);
    assert.equal(forwarded.localAddress, '127.0.0.1');
    assert.equal(ports.forwards.list(id)[0]?.label, 'web');
    forwarded.dispose();
    assert.deepEqual(ports.forwards.list(id), []);
    for (const bad of [{ localPort: 'x' }, { localPort: 70_000 }])
      assert.equal(await codeOf(own.workspaces.forwardPort(id, 3000, bad as never)), 'invalidRequest');
  });

  it('rejects with an error of its own whatever a caller hands in', async () => {
    const { workspaces } = api().api;
    assert.equal(await codeOf(workspaces.start('nothing')), 'workspaceNotFound');
    for (const bad of [undefined, null, 7, {}, { name: 'x', folder: 7 }])
      await assert.rejects(workspaces.create(bad as never), CordonError, JSON.stringify(bad));
    const { id } = await workspaces.create({ name: 'demo', folder });
    for (const [operation, ids] of [
      ['stop', 7],
      ['stop', [7]],
      ['panic', [id]],
      ['constructor', []],
    ])
      assert.equal(await codeOf(workspaces.batch(operation as never, ids as never)), 'invalidRequest');
    await assert.rejects(workspaces.exec(id, undefined as never), CordonError);
  });

  it('tells of changes in the way of VS Code, until nobody listens any more', async () => {
    const { workspaces } = api().api;
    const heard: WorkspaceChange[] = [];
    const disposables: Disposable[] = [];
    const own = { name: 'this' };
    workspaces.onDidChange(
      function (this: unknown, change) {
        assert.equal(this, own);
        heard.push(change);
      },
      own,
      disposables,
    );
    const { id } = await workspaces.create({ name: 'demo', folder, start: false });
    assert.deepEqual([heard[0]?.id, heard[0]?.previous, heard[0]?.current?.name], [id, undefined, 'demo']);
    assert.ok(Object.isFrozen(heard[0]?.current));
    await workspaces.remove(id);
    assert.equal(heard.at(-1)?.current, undefined);
    assert.equal(disposables.length, 1);
    disposables[0]?.dispose();
    const before = heard.length;
    await workspaces.create({ name: 'demo', folder, start: false });
    assert.equal(heard.length, before);
  });
});
