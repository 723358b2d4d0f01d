import assert from 'node:assert/strict';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('Synchronize with Engine', () => {
  it('says that all was well', async () => {
    const { window, given } = cordonInWindow();
    await given('demo');
    await window.run('cordon.reconcile');
    const message = await window.nextMessage();
    assert.match(
      message.text,
      /^Workspaces that are synchronized with the engine: 1\. Nothing had to be put right\.$/,
    );
  });

  it('says what it put right', async () => {
    const { window, engine } = cordonInWindow();
    engine.volumes.set('left', { workspaceId: 'e'.repeat(32) });
    await window.run('cordon.reconcile');
    assert.match((await window.nextMessage()).text, /Removed what was left of deleted workspaces: 1/);
    assert.equal(engine.volumes.size, 0);
  });

  it('says once why it could not', async () => {
    const { window, engine } = cordonInWindow();
    await engine.get();
    engine.before = (step) => {
      if (step === 'listVolumes') throw new Error('The list is broken.');
    };
    await window.run('cordon.reconcile');
    assert.match((await window.nextMessage()).text, /The list is broken/);
    assert.deepEqual(window.messages.left, []);
  });
});
