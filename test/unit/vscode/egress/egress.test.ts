import assert from 'node:assert/strict';
import type { TreeNode } from '../../../../src/vscode/workspaceNode.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { tryLine } from '../../../support/tryLine.ts';
import { until } from '../../../support/until.ts';

/** What is told a moment later is told to the window that is there then. */
let close: () => void;

async function given() {
  const cordon = cordonInWindow();
  close = () => {
    cordon.registered.dispose();
  };
  const { id } = await cordon.given('demo', { network: 'filtered' });
  await until(() => cordon.engine.followedProxyLogs.size > 0);
  const view = cordon.window.tree<TreeNode>('cordon.workspaces');
  let seen = 0;
  cordon.egress.onDidTry(() => seen++);
  /** Settles when the window knows of them. */
  const tries = async (...lines: readonly string[]) => {
    const before = seen;
    for (const log of cordon.engine.followedProxyLogs.values()) log.write(lines.join(''));
    await until(() => seen > before);
  };
  const networkRow = async () => {
    const [row] = await view.rows();
    return (await view.rows(row?.node)).find(({ label }) => label === 'Network')!;
  };
  const names = async () => await view.rows((await networkRow()).node);
  return { ...cordon, id, view, tries, networkRow, names };
}

describe('what filtered workspaces try to reach, in the window', () => {
  afterEach(() => {
    close();
  });

  it('stands below the row of the network as it happens, denied names first', async () => {
    const { tries, networkRow, names, view } = await given();
    const before = await networkRow();
    assert.deepEqual([before.description, before.item.collapsibleState], ['filtered', 0]);
    await tries(
      tryLine('a.example.org', 'allowed'),
      tryLine('b.example.org', 'rule', { port: 8443 }),
      tryLine('b.example.org', 'rule', { port: 8443 }),
      tryLine('c.example.org', 'address'),
    );
    const after = await networkRow();
    assert.deepEqual(
      [after.description, after.item.collapsibleState],
      ['filtered · 1 allowed · 2 denied', 1],
    );
    assert.equal(after.node, before.node);
    assert.ok(view.redrawn.includes(after.node), 'it is drawn anew by itself');
    assert.deepEqual(
      (await names())
        .map(({ label, description, contextValue }) => `${label}: ${description} ${contextValue}`)
        .sort(),
      [
        'a.example.org: allowed running.detail.allowedName',
        'b.example.org:8443: denied, 2 times running.detail.deniedName',
        'c.example.org: denied: it leads to a private address running.detail.refusedName',
      ],
    );
  });

  it('shows no more rows than a person reads, and says how many there are', async () => {
    const { tries, names } = await given();
    await tries(...Array.from({ length: 100 }, (_, i) => tryLine(`n${i}.example.org`, 'rule')));
    const rows = await names();
    assert.deepEqual([rows.length, rows.at(-1)?.label], [21, 'More names: 80']);
  });

  it('is allowed by the button of its row, in force at once', async () => {
    const { tries, names, window, service, id, engine } = await given();
    await tries(tryLine('b.example.org', 'rule'));
    const [row] = await names();
    const reloads = engine.calls.filter((step) => step === 'startProcess').length;
    await window.run('cordon.allowName', row!.node);
    assert.deepEqual(service.get(id)?.egress?.allow, ['b.example.org']);
    assert.ok(
      engine.calls.filter((step) => step === 'startProcess').length > reloads,
      'the proxy has new rules',
    );
    await window.run('cordon.denyName', row!.node);
    assert.deepEqual(service.get(id)?.egress, { allow: [], deny: ['b.example.org'] });
  });

  it('is asked about when its row is chosen', async () => {
    const { tries, names, window, service, id } = await given();
    await tries(tryLine('b.example.org', 'rule'));
    const [row] = await names();
    const { command, arguments: args } = row!.item.command!;
    const done = window.run(command, ...(args as unknown[]));
    (await window.nextQuickPick()).choose('Allow for This Workspace');
    await done;
    assert.deepEqual(service.get(id)?.egress?.allow, ['b.example.org']);
  });

  it('is told of once where it was denied, and allowed by a button', async () => {
    const { tries, window, service, id } = await given();
    await tries(tryLine('b.example.org', 'rule'), tryLine('b.example.org', 'rule'));
    const message = await window.nextMessage();
    assert.equal(message.text, 'Workspace demo: no rule allows it to reach b.example.org.');
    assert.equal(message.kind, 'information');
    message.press('Allow');
    await window.executedAll();
    await until(() => service.get(id)?.egress?.allow[0] === 'b.example.org');
    await tries(tryLine('b.example.org', 'rule'));
    assert.equal(window.messages.left.length, 0);
  });

  it('is told of as one where there are many', async () => {
    const { tries, window } = await given();
    await tries(
      tryLine('a.example.org', 'rule'),
      tryLine('b.example.org', 'rule'),
      tryLine('c.example.org', 'rule'),
    );
    const message = await window.nextMessage();
    assert.equal(message.text, 'Workspace demo: no rule allows it to reach a.example.org (and others: 2).');
    assert.deepEqual(message.buttons, ['Names…']);
    message.press('Names…');
    (await window.nextQuickPick()).dismiss();
  });

  it('is told of as more than can be counted where there are more than are told one by one', async () => {
    const { tries, window } = await given();
    await tries(...Array.from({ length: 30 }, (_, index) => tryLine(`n${index}.example.org`, 'rule')));
    assert.equal(
      (await window.nextMessage()).text,
      'Workspace demo: no rule allows it to reach n0.example.org (and others: more than 19).',
    );
  });

  it('is not told of where a rule denies it, or nothing could be allowed', async () => {
    const { tries, window } = await given();
    await tries(
      tryLine('b.example.org', 'denied'),
      tryLine('c.example.org', 'address'),
      tryLine('d.example.org', 'allowed'),
    );
    await tries(tryLine('e.example.org', 'rule'));
    assert.equal(
      (await window.nextMessage()).text,
      'Workspace demo: no rule allows it to reach e.example.org.',
    );
  });

  it('is told of without an offer where it is an address, about which there are no rules', async () => {
    const { tries, window } = await given();
    await tries(tryLine('93.184.216.34', 'rule'));
    assert.deepEqual((await window.nextMessage()).buttons, ['Names…']);
  });

  it('offers nothing for what only looks like a name, so that nobody inside says how much a rule allows', async () => {
    const { tries, names, window, service, id } = await given();
    await tries(
      tryLine('*.example.org', 'rule'),
      tryLine('localhost', 'rule'),
      tryLine('a.example.org.', 'rule'),
    );
    for (const row of await names()) {
      assert.match(row.contextValue, /refusedName$/);
      await window.run('cordon.allowName', row.node);
      assert.match(
        (await window.nextMessage()).text,
        /no rule that is about this name alone|no rule allows it/,
      );
    }
    assert.equal(service.get(id)?.egress, undefined);
  });

  it('is allowed with its port where a rule for the name alone would not do', async () => {
    const { tries, names, window, service, id } = await given();
    await tries(tryLine('a.example.org', 'rule', { port: 80 }));
    await window.run('cordon.allowName', (await names())[0]!.node);
    assert.deepEqual(
      service.get(id)?.egress?.allow,
      ['a.example.org:80'],
      'a tunnel to the port of plain HTTP',
    );
  });

  it('is decided on for its own workspace only, and beside other decisions', async () => {
    const { tries, names, window, service, id, given: make } = await given();
    const other = await make('other', { network: 'filtered' });
    await tries(tryLine('a.example.org', 'rule'), tryLine('b.example.org', 'rule'));
    const rows = await names();
    await Promise.all(rows.map(({ node }) => window.run('cordon.allowName', node)));
    assert.deepEqual(service.get(id)?.egress?.allow, ['a.example.org', 'b.example.org']);
    await service.remove(id);
    await window.run('cordon.allowName', rows[0]!.node);
    const texts = [(await window.nextMessage()).text, ...window.messages.left.map(({ text }) => text)];
    assert.ok(texts.includes('This workspace does not exist any more.'), texts.join('\n'));
    assert.equal(service.get(other.id)?.egress, undefined);
  });

  it('is drawn anew only where it reads differently, and no row moves', async () => {
    const { tries, names, view } = await given();
    await tries(tryLine('a.example.org', 'rule'));
    await tries(tryLine('b.example.org', 'rule'));
    const labels = async () => (await names()).map(({ label }) => label);
    assert.deepEqual(await labels(), ['a.example.org', 'b.example.org']);
    await tries(tryLine('a.example.org', 'rule'));
    assert.deepEqual(await labels(), ['a.example.org', 'b.example.org']);
    view.redrawn.length = 0;
    await tries(tryLine('not-allowed.cordon.invalid', 'rule'));
    assert.deepEqual(view.redrawn, []);
  });
});
