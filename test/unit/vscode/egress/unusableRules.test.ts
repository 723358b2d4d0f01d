import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('a rule in the settings that cannot be used', () => {
  it('is told once at each change of the rules, however many workspaces there are', async () => {
    const { window, given, registered } = cordonInWindow();
    await given('one', { network: 'filtered' });
    await given('two', { network: 'filtered' });
    window.settings.set('cordon.egress.deny', ['evil.example.org', 'bad..name']);
    const message = await window.nextMessage();
    assert.equal(message.kind, 'error');
    assert.match(
      message.text,
      /^The rule "bad\.\.name" cannot be used\. .* that run keep to the rules from before/,
    );
    message.press('Open Settings');
    await delay(20);
    assert.deepEqual(window.executed.at(-1), ['workbench.action.openSettings', 'cordon.egress']);
    window.settings.set('cordon.image', 'other:local');
    window.settings.set('cordon.egress.deny', ['evil.example.org']);
    await delay(20);
    assert.equal(window.messages.left.length, 0);
    window.settings.set('cordon.egress.allow', ['*.com']);
    assert.match((await window.nextMessage()).text, /"\*\.com" cannot be used/);
    registered.dispose();
  });
});
