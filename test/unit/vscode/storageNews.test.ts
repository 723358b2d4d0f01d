import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StorageNews, type Announcement } from '../../../src/vscode/storageNews.ts';
import { MemoryLog } from '../../support/memoryLog.ts';

describe('news of what was stored', () => {
  let folder: string;
  let windows: StorageNews[];
  beforeEach(async () => {
    folder = path.join(await mkdtemp(path.join(tmpdir(), 'cordon-news-')), 'windows');
    windows = [];
  });
  afterEach(async () => {
    for (const each of windows) each.dispose();
    await rm(path.dirname(folder), { recursive: true, force: true });
  });

  const open = () => {
    const news = new StorageNews(folder, new MemoryLog());
    windows.push(news);
    return news;
  };
  const hears = (news: StorageNews) =>
    new Promise<Announcement>((resolve) => {
      news.onDidHear(resolve);
    });

  it('reaches the other windows, and not the one that tells', async () => {
    const [a, b, c] = [open(), open(), open()];
    const own: Announcement[] = [];
    a.onDidHear((news) => own.push(news));
    const heard = [hears(b), hears(c)];
    // what listens must have begun to
    await b.announce({ key: 'first', fingerprint: '0' });
    await c.announce({ key: 'first', fingerprint: '0' });
    await Promise.all(heard);
    own.length = 0;
    const next = [hears(b), hears(c)];
    await a.announce({ key: 'k', fingerprint: '1' });
    for (const each of await Promise.all(next)) assert.deepEqual(each, { key: 'k', fingerprint: '1' });
    assert.ok(!own.some(({ key }) => key === 'k'));
  });

  it('takes nothing that no window wrote', async () => {
    const news = open();
    await news.announce({ key: 'own', fingerprint: '0' });
    const heard = hears(news);
    for (const text of ['', '{', '[]', '{"key":1,"fingerprint":"x"}', `"${'x'.repeat(5000)}"`])
      await writeFile(path.join(folder, 'bad.json'), text);
    await writeFile(path.join(folder, 'good.json'), '{"key":"k","fingerprint":"1"}');
    assert.deepEqual(await heard, { key: 'k', fingerprint: '1' });
  });

  it('leaves nothing behind, and sweeps away what windows left that were killed', async () => {
    await mkdir(folder, { recursive: true });
    const old = path.join(folder, 'old.json');
    await writeFile(old, '{}');
    await utimes(old, 1, 1);
    const news = open();
    await news.announce({ key: 'k', fingerprint: '1' });
    assert.equal((await readdir(folder)).length, 1);
    news.dispose();
    while ((await readdir(folder)).length > 0) await new Promise(setImmediate);
  });

  it('is no failure where the disk takes no file', async () => {
    await writeFile(folder, 'a file in the way');
    await open().announce({ key: 'k', fingerprint: '1' });
  });
});
