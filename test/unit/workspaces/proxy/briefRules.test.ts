import assert from 'node:assert/strict';
import { Emitter } from '../../../../src/shared/event.ts';
import { BriefRules } from '../../../../src/workspaces/proxy/briefRules.ts';
import type { ContainerState, Workspace, WorkspaceChange } from '../../../../src/workspaces/workspace.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const second = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000).toISOString();

describe('names that are allowed until a workspace stops', () => {
  const running: ContainerState = { kind: 'running', id: 'one', startedAt: second(0) };

  /** Whether they are still allowed after states of the container. */
  const isAllowedAfter = (...states: readonly ContainerState[]) => {
    const changes = new Emitter<WorkspaceChange>();
    const rules = new BriefRules({ container: () => running, onDidChange: changes.event });
    rules.add('w', 'a.example.org');
    for (const container of states) changes.fire({ id: 'w', current: { container } as Workspace });
    return rules.of('w').length > 0;
  };

  it('are allowed as long as the same run of the same container goes on, or nothing is known', () => {
    const paused: ContainerState = { kind: 'paused', id: 'one', startedAt: second(0) };
    const unknown: ContainerState = { kind: 'unknown', reason: 'no engine' };
    const listed: ContainerState = { kind: 'running', id: 'one' };
    const toldByEvent: ContainerState = { kind: 'running', id: 'one', startedAt: second(0.3) };
    assert.ok(isAllowedAfter(paused, running, unknown, listed, toldByEvent));
  });

  it('are allowed no more after another start, and in another container, however that became known', () => {
    const again: ContainerState = { kind: 'running', id: 'one', startedAt: second(60) };
    const other: ContainerState = { kind: 'running', id: 'other' };
    const stopped: ContainerState = { kind: 'stopped', id: 'one' };
    for (const state of [again, other, stopped])
      assert.ok(!isAllowedAfter({ kind: 'unknown', reason: 'no engine' }, state), JSON.stringify(state));
  });

  it('are taken from the proxy before the workspace is started again', async () => {
    const engine = new FakeEngine();
    const { service, egressRules } = workspacesOnFake({ engine });
    const { id } = await service.create({ name: 'demo', folder, network: 'filtered' });
    await egressRules.allowForNow(id, { rule: 'brief.example.org', isAllowed: true });
    const handed: string[] = [];
    engine.process = () => {
      const process = finishedProcess(0);
      process.stdin.on('data', (chunk: Buffer) => handed.push(chunk.toString()));
      return process;
    };
    await service.restart(id);
    assert.deepEqual(egressRules.allowedForNow(id), []);
    assert.deepEqual(
      handed.filter((text) => text.includes('# end')).map((text) => text.includes('brief.example.org')),
      [false],
    );
  });
});
