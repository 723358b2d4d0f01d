import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { TreeNode } from '../../../src/vscode/workspaceNode.ts';
import { relays } from '../../../src/workspaces/ports/relays.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { finishedProcess } from '../../support/fakeEngine.ts';

const listens = '  sl  local_address\n   0: 0100007F:1F90 00000000:0000 0A 0\n';

describe('ports in the view', () => {
  const open: { dispose(): void }[] = [];
  afterEach(() => {
    for (const parts of open.splice(0)) parts.dispose();
  });

  async function portView() {
    const parts = cordonInWindow();
    open.push(parts);
    let looks = 0;
    parts.engine.process = ({ command }) => {
      if (command[0] === 'cat') looks++;
      const isFirst = command.join(' ') === relays[0]?.check.join(' ');
      return finishedProcess(0, command[0] === 'cat' ? listens : isFirst ? 'ready' : '');
    };
    const { id } = await parts.given('demo');
    const view = parts.window.tree<TreeNode>('cordon.workspaces');
    const [row] = await view.rows();
    const rows = async () => {
      const all = await view.rows(row?.node);
      return all.filter(({ contextValue }) => contextValue.endsWith('Port'));
    };
    const until = async (count: number) => {
      for (let tries = 0; (await rows()).length !== count; tries++) {
        assert.ok(tries < 200, `never ${count} rows`);
        await delay(5);
      }
      return await rows();
    };
    return { ...parts, id, view, node: row!.node, rows, until, looks: () => looks };
  }

  it('are looked for only in rows that are unfolded, while the view is visible', async () => {
    const { view, node, rows, until, looks } = await portView();
    await delay(20);
    assert.equal(looks(), 0, 'nobody has unfolded the row');
    await rows();
    const [port] = await until(1);
    assert.deepEqual(
      [port?.label, port?.description, port?.contextValue],
      ['Port 8080', 'not forwarded', 'running.detail.listeningPort'],
    );
    view.collapsed.fire({ element: node });
    const before = looks();
    view.expanded.fire({ element: node });
    for (let tries = 0; looks() === before; tries++) {
      assert.ok(tries < 200);
      await delay(5);
    }
    view.visible = false;
    const hidden = looks();
    await rows();
    await delay(20);
    assert.equal(looks(), hidden);
  });

  it('are forwarded by a click, copied, named and stopped', async () => {
    const { window, rows, until } = await portView();
    await rows();
    const [listening] = await until(1);
    const { command, arguments: args = [] } = listening!.item.command!;
    await window.run(command, ...(args as unknown[]));
    const message = await window.nextMessage();
    assert.match(message.text, /^Port 8080 of demo is reached at 127\.0\.0\.1:\d+\.$/);
    assert.equal(window.context.get('cordon.hasForwardedPorts'), true);
    const [forwarded] = await rows();
    assert.equal(forwarded?.contextValue, 'running.detail.forwardedPort');
    assert.match(forwarded.description, /^127\.0\.0\.1:\d+$/);
    await window.run('cordon.copyPortAddress', forwarded.node);
    assert.equal(window.clipboard, `http://${forwarded.description}`);
    const naming = window.run('cordon.labelPort', forwarded.node);
    const input = await window.nextInputBox();
    input.type('$(x) web\u0007');
    input.accept();
    await naming;
    assert.ok(!(await rows())[0]?.label.includes('\u0007'));
    assert.match((await rows())[0]?.label ?? '', /web.*\(8080\)$/);
    await window.run('cordon.stopForwardingPort', forwarded.node);
    assert.equal((await rows())[0]?.contextValue, 'running.detail.listeningPort');
    assert.equal(window.context.get('cordon.hasForwardedPorts'), false);
  });

  it('are asked for where nobody said which, and only real ones are taken', async () => {
    const { window, id, service } = await portView();
    const asking = window.run('cordon.forwardPort', id);
    const input = await window.nextInputBox();
    for (const bad of ['', '0', '65536', 'http', '1e3']) {
      input.type(bad);
      input.accept();
      assert.match(input.problem, /1 to 65535/, bad);
    }
    input.type('9000');
    input.accept();
    await asking;
    assert.deepEqual(
      service.sessions(id).map(({ kind, command }) => [kind, command[1]]),
      [['port', '9000']],
    );
  });
});
