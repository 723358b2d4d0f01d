import assert from 'node:assert/strict';
import { fateOf } from '../../../../src/vscode/terminals/restoreTerminals.ts';
import { KeptTerminals } from '../../../../src/vscode/terminals/keptTerminals.ts';
import { TerminalCloses } from '../../../../src/vscode/terminals/terminalCloses.ts';
import type { ContainerState } from '../../../../src/workspaces/workspace.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';
import { FakeMemento } from '../../../support/vscode/memento.ts';

const terminal = {
  id: '1f0c4d7e-3a55-4c1b-9d5c-0d6a0f6c8a11',
  workspaceId: 'w1',
  containerId: 'c1',
  command: ['/bin/bash'],
  startedAt: '2026-01-02T03:04:05.000Z',
  title: 'demo',
  cwd: '/workspace',
};
const pty = {
  onDidWrite: () => ({ dispose: () => undefined }),
  open: () => undefined,
  close: () => undefined,
};

describe('terminals that outlive their window', () => {
  it('are remembered until they end, each once, and which of them was shown last', async () => {
    const { window } = cordonInWindow();
    const kept = new KeptTerminals(new FakeMemento(), new MemoryLog());
    kept.remember(pty, terminal);
    await Promise.resolve();
    kept.remember(pty, { ...terminal, title: 'other' });
    await Promise.resolve();
    const stored = (isActive: boolean) => [{ ...terminal, title: 'other', isActive }];
    assert.deepEqual(kept.list(), stored(false));
    kept.setActive(window.createTerminal({ name: 'x', pty }).creationOptions);
    await Promise.resolve();
    assert.deepEqual(kept.list(), stored(true));
    kept.setActive({ name: 'a shell of this machine' });
    await Promise.resolve();
    assert.deepEqual(kept.list(), stored(false));
  });

  it('are not those of which something else is stored', async () => {
    cordonInWindow();
    const memory = new FakeMemento();
    const kept = new KeptTerminals(memory, new MemoryLog());
    const good = { ...terminal, isActive: true };
    for (const stored of [7, 'text', { ...good }, null])
      assert.deepEqual((memory.values.set('cordon.terminals', stored), kept.list()), []);
    memory.values.set('cordon.terminals', [
      ...[null, { ...good, id: '../../etc' }, { ...good, command: 'sh' }, { ...good, root: true }],
      ...[{ ...good, title: 'x'.repeat(1_000_000) }, good],
    ]);
    assert.deepEqual(kept.list(), [good]);
    kept.forget(terminal.id);
    await Promise.resolve();
    assert.deepEqual([...memory.values], []);
  });

  for (const [container, fate] of [
    [{ kind: 'running', id: 'c1' }, 'restore'],
    [{ kind: 'paused', id: 'c1' }, 'wait'],
    [{ kind: 'unknown' }, 'wait'],
    [{ kind: 'unknown', id: 'c1' }, 'wait'],
    [{ kind: 'running', id: 'c2' }, 'gone'],
    [{ kind: 'stopped', id: 'c1' }, 'gone'],
    [{ kind: 'absent' }, 'gone'],
    [undefined, 'gone'],
  ] as const)
    it(`are to ${fate} where the container is ${JSON.stringify(container)}`, () => {
      const state = container as ContainerState | undefined;
      assert.equal(fateOf(terminal, state && { container: state }), fate);
    });

  it('are told from those that the person closed', async () => {
    const { window } = cordonInWindow();
    let isLeaving = false;
    const closes = new TerminalCloses(() => isLeaving);
    for (const [reason, isByWindow] of [
      ['User', false],
      ['Shutdown', true],
    ] as const) {
      const own = { ...pty };
      const asked = closes.areByWindow(own);
      window.createTerminal({ name: 'x', pty: own }).close(reason);
      assert.equal(await asked, isByWindow);
      assert.equal(await closes.areByWindow(own), isByWindow, 'also where it was told before');
    }
    isLeaving = true;
    assert.equal(await closes.areByWindow({ ...pty }), true);
    closes.dispose();
  });
});
