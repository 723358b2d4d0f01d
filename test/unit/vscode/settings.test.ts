import assert from 'node:assert/strict';
import { Settings } from '../../../src/vscode/settings.ts';
import { MemoryLog } from '../../support/memoryLog.ts';
import { openWindow } from '../../support/vscode/fakeWindow.ts';

function settings() {
  const window = openWindow('/projects/demo');
  const log = new MemoryLog();
  return { window, log, settings: new Settings(log) };
}

describe('the settings of a window', () => {
  it('are those of package.json until the person changes them, and then those of the person', () => {
    const { window, settings: read, log } = settings();
    assert.deepEqual([read.current.defaults.profile, log.lines], ['standard', []]);
    const heard: unknown[] = [];
    read.onDidChange(({ previous, current }) =>
      heard.push([previous?.defaults.profile, current.defaults.profile]),
    );
    window.settings.set('cordon.profile', 'strict');
    assert.deepEqual([read.current.defaults.profile, heard], ['strict', [['standard', 'strict']]]);
  });

  it('are read when somebody first asks for them; a change before that replaces nothing', () => {
    const { window, settings: read } = settings();
    const heard: unknown[] = [];
    read.onDidChange(({ previous }) => heard.push(previous));
    window.settings.set('cordon.profile', 'strict');
    assert.deepEqual([read.current.defaults.profile, heard], ['strict', [undefined]]);
  });

  it('are not read anew for a setting of somebody else, nor after the window has gone', () => {
    const { window, settings: read } = settings();
    let changes = 0;
    read.onDidChange(() => (changes += 1));
    assert.equal(read.current.defaults.profile, 'standard');
    window.settings.set('editor.fontSize', 12);
    read.dispose();
    window.settings.set('cordon.profile', 'strict');
    assert.deepEqual([changes, read.current.defaults.profile], [0, 'standard']);
  });

  it('cannot be weakened by the folder', () => {
    const { window, settings: read } = settings();
    window.settings.set('cordon.profile', 'strict');
    window.settings.setInFolder('cordon.profile', 'basic');
    window.settings.setInFolder('cordon.engine.host', 'tcp://attacker:2375');
    assert.deepEqual([read.current.defaults.profile, read.current.engineHost], ['strict', undefined]);
  });

  it('say in the log which of them cannot be used', () => {
    const { window, settings: read, log } = settings();
    window.settings.set('cordon.profile', 'No Profile');
    window.settings.set('cordon.profiles', { loose: { extends: 'basic', privileged: true } });
    assert.equal(read.current.defaults.profile, 'strict');
    assert.deepEqual(log.lines.slice(-2), [
      'warn Setting cordon.profiles cannot be used: "loose: it has a field that does not exist: privileged"',
      'warn Setting cordon.profile cannot be used; the safest value is used instead.',
    ]);
  });
});
