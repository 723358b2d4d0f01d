import assert from 'node:assert/strict';
import { MementoStorage } from '../../../src/vscode/mementoStorage.ts';
import { FakeMemento } from '../../support/vscode/memento.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

describe('storage in a memento', () => {
  it('gives back what was written, apart from what the caller does with it later', async () => {
    const memento = new FakeMemento();
    const storage = new MementoStorage(memento);
    const value = { list: [1], missing: undefined };
    await storage.write('key', value);
    value.list.push(2);
    assert.deepEqual(storage.read('key'), { list: [1] });
    await storage.write('key', undefined);
    assert.deepEqual([storage.read('key'), memento.keys()], [undefined, []]);
  });

  it('fails when a write fails, and when it is silently lost', async () => {
    const memento = new FakeMemento();
    const storage = new MementoStorage(memento);
    memento.failure = new Error('ENOSPC');
    assert.equal(await codeOf(storage.write('key', 1)), 'storageFailed');
    memento.failure = undefined;
    memento.forgets = true;
    assert.equal(await codeOf(storage.write('key', 1)), 'storageFailed');
    await storage.write('other', undefined);
  });
});
