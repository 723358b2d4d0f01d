import assert from 'node:assert/strict';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { runProcesses } from '../../../support/fakeProcess.ts';

async function running(...lines: readonly string[]) {
  const cordon = cordonInWindow();
  const processes = runProcesses(cordon.engine);
  const { id } = await cordon.given('demo');
  const started = [];
  for (const line of lines) {
    await cordon.service.openSession(id, { kind: 'command', command: ['sh', '-c', line] });
    started.push(await processes.next());
  }
  const view = cordon.window.tree('cordon.workspaces');
  const rows = async () =>
    (await view.rows((await view.rows())[0]?.node)).filter(({ contextValue }) =>
      contextValue.endsWith('.detail.session'),
    );
  return { ...cordon, id, started, rows };
}

describe('end what runs in a workspace', () => {
  it('ends the process of the row, and no other', async () => {
    const { window, started, rows, service, id } = await running('sleep 1', 'sleep 2');
    await window.run('cordon.endSession', (await rows())[0]?.node);
    assert.deepEqual([started[0]?.signal, started[1]?.signal], ['TERM', undefined]);
    assert.deepEqual(
      (await rows()).map(({ description }) => description.split(' · ')[0]),
      ['sh -c sleep 2'],
    );
    assert.equal(service.get(id)?.activeTasks, 1);
  });

  it('ends those of all rows that are selected', async () => {
    const { window, rows } = await running('sleep 1', 'sleep 2');
    const nodes = (await rows()).map(({ node }) => node);
    await window.run('cordon.endSession', nodes[0], nodes);
    assert.deepEqual(await rows(), []);
  });

  it('asks which one in the palette, with nothing in it that is drawn as an icon', async () => {
    const { window, started } = await running('sleep 1', 'echo $(zap)');
    const done = window.run('cordon.endSession');
    const pick = await window.nextQuickPick();
    assert.deepEqual(
      pick.items.map(({ label }) => label),
      ['Command: sh -c sleep 1', 'Command: sh -c echo $\u200b(zap)'],
    );
    pick.choose('Command: sh -c sleep 1');
    await done;
    assert.deepEqual([started[0]?.signal, started[1]?.signal], ['TERM', undefined]);
  });

  it('says that nothing runs, and passes over what has ended meanwhile', async () => {
    const { window, started, rows, service } = await running('true');
    const [row] = await rows();
    started[0]?.exit(0);
    await started[0]?.exitCode;
    await window.run('cordon.endSession', row?.node);
    await window.run('cordon.endSession');
    assert.equal((await window.nextMessage()).text, 'Nothing runs in a workspace now.');
    assert.equal(service.list()[0]?.activeTasks, 0);
  });
});
