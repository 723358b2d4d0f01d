import assert from 'node:assert/strict';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';

describe('Diagnose', () => {
  it('opens a new document that tells how things are, and no secret', async () => {
    const { window, given, engine } = cordonInWindow();
    window.settings.set('cordon.engine.host', 'tcp://jane:hunter2@127.0.0.1:2375');
    await given('demo', { env: { DATABASE: 'postgres://db.internal' } });
    engine.before = (step) => {
      if (step === 'stopContainer')
        throw new Error('could not reach postgres://db.internal from /home/me/demo');
    };
    const [workspace] = await window.tree('cordon.workspaces').rows();
    await window.run('cordon.stop', workspace?.node);
    (await window.nextMessage()).dismiss();
    await window.run('cordon.diagnose');
    const [editor] = window.documents.editors;
    assert.equal(editor?.uri.scheme, 'untitled');
    const { text } = editor;
    for (const part of [
      ...[
        'Cordon: 0.0.1',
        'VS Code: 1.105.0',
        'Fake Engine',
        '"cordon.engine.host": "tcp://•••@127.0.0.1:2375"',
      ],
      ...['"name": "demo"', '"DATABASE": "•••"', 'could not reach ••• from ~/demo', '"containers": '],
    ])
      assert.ok(text.includes(part), `${part} in\n${text}`);
    assert.doesNotMatch(text, /hunter2|db\.internal|cordon\.image/);
  });
});
