import assert from 'node:assert/strict';
import { EditorSecrets } from '../../../src/vscode/editorSecrets.ts';
import { FakeSecretStorage } from '../../support/vscode/secretStorage.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

describe('secrets in VS Code', () => {
  it('are kept under one key for each workspace, and removed', async () => {
    const storage = new FakeSecretStorage();
    const secrets = new EditorSecrets(storage);
    await secrets.write('a', 'text');
    await secrets.write('b', 'other');
    assert.deepEqual([await secrets.read('a'), await secrets.read('none')], ['text', undefined]);
    await secrets.write('a', undefined);
    assert.deepEqual([...storage.values], [['cordon.secrets/b', 'other']]);
  });

  it('fail when a write fails, and when it is silently lost', async () => {
    const storage = new FakeSecretStorage();
    const secrets = new EditorSecrets(storage);
    storage.failure = new Error('the keyring is locked');
    assert.equal(await codeOf(secrets.write('a', 'text')), 'storageFailed');
    storage.failure = undefined;
    await secrets.write('a', 'text');
    storage.forgets = true;
    assert.equal(await codeOf(secrets.write('a', 'new')), 'storageFailed');
    assert.equal(await codeOf(secrets.write('a', undefined)), 'storageFailed');
  });

  it('tell of their own changes only', async () => {
    const storage = new FakeSecretStorage();
    const secrets = new EditorSecrets(storage);
    const changed: string[] = [];
    secrets.onDidChange((id) => changed.push(id));
    await storage.store('cordon.secrets/a', 'x');
    await storage.store('something.else', 'x');
    await storage.delete('cordon.secrets/a');
    secrets.dispose();
    await storage.store('cordon.secrets/a', 'y');
    assert.deepEqual(changed, ['a', 'a']);
  });
});
