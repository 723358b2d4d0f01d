import assert from 'node:assert/strict';
import { MementoStorage } from '../../../src/vscode/mementoStorage.ts';
import type { Announcement } from '../../../src/vscode/storageNews.ts';
import { Emitter } from '../../../src/shared/event.ts';
import { FakeMemento } from '../../support/vscode/memento.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

/** What one window tells, and what the test lets it hear. */
function fakeNews() {
  const heard = new Emitter<Announcement>();
  const told: Announcement[] = [];
  const announce = (news: Announcement) => {
    told.push(news);
    return Promise.resolve();
  };
  return {
    told,
    hear: (news: Announcement) => {
      heard.fire(news);
    },
    announce,
    onDidHear: heard.event,
  };
}

describe('storage in a memento', () => {
  withoutWaiting();

  it('gives back what was written, apart from what the caller does with it later', async () => {
    const memento = new FakeMemento();
    const storage = new MementoStorage(memento, fakeNews());
    const value = { list: [1], missing: undefined };
    await storage.write('key', value);
    value.list.push(2);
    assert.deepEqual(storage.read('key'), { list: [1] });
    await storage.write('key', undefined);
    assert.deepEqual([storage.read('key'), memento.keys()], [undefined, []]);
  });

  it('fails when a write fails, and when it is silently lost', async () => {
    const memento = new FakeMemento();
    const news = fakeNews();
    const storage = new MementoStorage(memento, news);
    memento.failure = new Error('ENOSPC');
    assert.equal(await codeOf(storage.write('key', 1)), 'storageFailed');
    memento.failure = undefined;
    memento.forgets = true;
    assert.equal(await codeOf(storage.write('key', 1)), 'storageFailed');
    assert.deepEqual(news.told, []);
    await storage.write('other', undefined);
  });

  it('tells of a change that another window made once it can be read here', async () => {
    const [here, there] = [new FakeMemento(), new FakeMemento()];
    const [newsHere, newsThere] = [fakeNews(), fakeNews()];
    await new MementoStorage(there, newsThere).write('key', { a: 1 });
    const storage = new MementoStorage(here, newsHere);
    const changed = new Promise<[string, unknown]>((resolve) => {
      storage.onDidChange((key) => {
        resolve([key, storage.read(key)]);
      });
    });
    newsThere.told.forEach(newsHere.hear);
    await new Promise((done) => setTimeout(done, 60));
    await here.update('key', { a: 1 });
    assert.deepEqual(await changed, ['key', { a: 1 }]);
    storage.dispose();
  });
});
