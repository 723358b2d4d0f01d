import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { readable } from '../../support/vscode/values.ts';

function statusBar(options: Parameters<typeof cordonInWindow>[0] = {}) {
  const parts = cordonInWindow(options);
  const [item] = parts.window.statusBar;
  assert.ok(item);
  return { ...parts, item };
}

describe('the status bar', () => {
  it('says that the open folder is not isolated, and offers what can be done', () => {
    const { item } = statusBar();
    assert.deepEqual(
      [item.isVisible, item.text, item.command],
      [true, '$(shield) Not isolated', 'cordon.statusActions'],
    );
    assert.equal(readable(item.tooltip), 'Cordon: the open folder has no workspace');
    assert.equal(item.accessibilityInformation?.label, readable(item.tooltip));
  });

  it('follows the state of the workspace of the open folder', async () => {
    const { item, given, service } = statusBar();
    const { id } = await given('demo');
    assert.equal(item.text, '$(shield) demo: running · standard · A');
    assert.equal(
      readable(item.tooltip),
      'Cordon: workspace demo: running, profile standard, isolation A: everything that the profile promises holds.',
    );
    await service.pause(id);
    assert.equal(item.text, '$(shield) demo: paused · standard · A');
    await service.remove(id);
    assert.equal(item.text, '$(shield) Not isolated');
  });

  it('warns of an isolation below B until its container ends', async () => {
    const { item, given, service, engine } = statusBar();
    const { id } = await given('demo');
    engine.factsOf = (container, facts) => ({ ...facts, id: container.id, restartPolicy: 'always' });
    await service.isolationReport(id);
    assert.equal(item.text, '$(warning) demo: running · standard · C');
    assert.equal(item.backgroundColor?.id, 'statusBarItem.warningBackground');
    await service.stop(id);
    assert.equal(item.text, '$(shield) demo: stopped · standard');
    assert.equal(item.backgroundColor, undefined);
  });

  it('shows of several the most active, then the first by name, and how many more there are', async () => {
    const { item, given, service } = statusBar();
    await given('b', { start: false });
    await given('a', { start: false, profile: 'strict' });
    await given('elsewhere', { folder: pathToFileURL('/elsewhere').href });
    assert.equal(item.text, '$(shield) a: no container · strict +1');
    const [b] = service.list().filter(({ name }) => name === 'b');
    await service.start(b!.id);
    assert.equal(item.text, '$(shield) b: running · standard · A +1');
  });

  it('warns when the engine is gone, and calms down when it is back', async () => {
    const { item, given, engine } = statusBar();
    await given('demo');
    engine.lose();
    assert.equal(item.text, '$(warning) demo · no container engine');
    assert.equal(item.backgroundColor?.id, 'statusBarItem.warningBackground');
    engine.comeBack();
    assert.equal(item.backgroundColor, undefined);
    assert.match(item.text, /^\$\(shield\) demo: /);
  });

  it('hides where no folder is open, unless workspaces have lost their engine', async () => {
    const { item, given, engine, window } = statusBar({ folders: [] });
    assert.equal(item.isVisible, false);
    engine.lose();
    assert.equal(item.isVisible, false);
    engine.comeBack();
    await given('demo');
    engine.lose();
    assert.deepEqual([item.isVisible, item.text], [true, '$(warning) no container engine']);
    engine.comeBack();
    assert.equal(item.isVisible, false);
    window.openFolders(['/projects/demo']);
    assert.equal(item.isVisible, true);
  });

  it('draws no icon of a name', async () => {
    const { item, given } = statusBar();
    await given('$(trash) x');
    assert.doesNotMatch(item.text.replace('$(shield)', ''), /\$\(/);
  });
});
