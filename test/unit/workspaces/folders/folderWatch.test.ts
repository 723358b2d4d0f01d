import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { mock } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { FolderIndex } from '../../../../src/isolation/folderIndex.ts';
import { PathRules } from '../../../../src/isolation/pathRules.ts';
import { scanFolder } from '../../../support/scanFolder.ts';
import { FolderWatch } from '../../../../src/workspaces/folders/folderWatch.ts';
import { MemoryLog } from '../../../support/memoryLog.ts';

const rules = new PathRules({ protectedPaths: [], hiddenPaths: [] });

describe('watch of protected and hidden paths', () => {
  let root: string;
  let watch: FolderWatch;
  const make = (...paths: readonly string[]) => {
    for (const path of paths) {
      mkdirSync(path.endsWith('/') ? join(root, path) : dirname(join(root, path)), { recursive: true });
      if (!path.endsWith('/')) writeFileSync(join(root, path), 'x');
    }
  };
  /** What the watch knows must be what a new search finds. */
  const same = async () => {
    const current = await watch.current();
    assert.deepEqual(current, await scanFolder(root, rules));
    return current;
  };
  const nextChange = () =>
    new Promise<void>((resolve) => {
      const subscription = watch.onDidChange(() => {
        subscription.dispose();
        resolve();
      });
    });

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'cordon-watch-'));
    make('.git/HEAD', '.git/config', '.git/hooks/', 'a/b/.env', 'src/main.js');
    watch = new FolderWatch(root, rules, process.platform, new MemoryLog());
    await same();
  });
  afterEach(() => {
    watch.dispose();
    mock.reset();
    mock.timers.reset();
    rmSync(root, { recursive: true });
  });

  it('knows at once what was made, in new folders too', async () => {
    make('.vscode/tasks.json', 'new/deep/er/.envrc', 'new/id_rsa');
    const { readOnly, masked } = await same();
    assert.ok(readOnly.includes('.vscode') && readOnly.includes('new/deep/er/.envrc'));
    assert.deepEqual(masked, ['a/b/.env', 'new/id_rsa']);
  });

  it('follows what is renamed, replaced and removed', async () => {
    renameSync(join(root, 'a'), join(root, 'z'));
    assert.deepEqual((await same()).masked, ['z/b/.env']);
    rmSync(join(root, 'z/b'), { recursive: true });
    make('z/b/.npmrc');
    assert.deepEqual((await same()).masked, ['z/b/.npmrc']);
    make('z/b/.env');
    assert.deepEqual((await same()).masked, ['z/b/.env', 'z/b/.npmrc']);
    rmSync(join(root, '.git'), { recursive: true });
    assert.deepEqual((await same()).readOnly, []);
    make('.git/config', '.git/hooks/');
    assert.deepEqual((await same()).readOnly, ['.git/config', '.git/hooks']);
    make('.git/commondir');
    assert.ok((await same()).readOnly.includes('.git/commondir'));
  });

  it('tells of changes by itself, contents of protected files included', async () => {
    let change = nextChange();
    make('src/.mcp.json');
    await change;
    change = nextChange();
    writeFileSync(join(root, '.git/config'), 'y');
    await change;
  });

  it('reads everything anew after more events than a kernel keeps', async () => {
    const [one, other] = [join(root, 'src/main.js'), join(root, 'src/other.js')];
    for (let index = 0; index < 5000; index++) {
      renameSync(one, other);
      renameSync(other, one);
    }
    make('src/deep/.vscode/');
    assert.ok((await same()).readOnly.includes('src/deep/.vscode'));
  });

  it('reads everything anew once, however often that was needed while it was read before', async () => {
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => (release = resolve));
    const build = mock.method(FolderIndex.prototype, 'build', () => blocked);
    const [one, other] = [join(root, 'src/main.js'), join(root, 'src/other.js')];
    for (let overflow = 0; overflow < 4; overflow++) {
      for (let index = 0; index < 3000; index++) {
        renameSync(one, other);
        renameSync(other, one);
      }
      await pass(150);
    }
    release();
    await watch.current();
    assert.equal(build.mock.callCount(), 2);
  });

  it('is not complete where the folder cannot be read to its end, tells of that, and tries again', async () => {
    mock.timers.enable({ apis: ['setInterval'] });
    const failing = mock.method(FolderIndex.prototype, 'build', () => Promise.reject(new Error('too large')));
    const log = new MemoryLog();
    watch.dispose();
    watch = new FolderWatch(root, rules, process.platform, log);
    await nextChange();
    assert.deepEqual([watch.isComplete, watch.isCached], [false, false]);
    /** It rests for longer than the first time took, by a clock that nobody turns. */
    const readAgain = async () => {
      const read = new AbortController();
      const change = nextChange().then(() => {
        read.abort();
      });
      while (!read.signal.aborted) {
        mock.timers.tick(10_000);
        await pass(20);
      }
      await change;
    };
    await readAgain();
    assert.deepEqual(log.lines.filter((line) => line.startsWith('error')).length, 1, log.lines.join('\n'));
    failing.mock.restore();
    await readAgain();
    await same();
    assert.equal(watch.isComplete, false);
  });

  it('ends quietly', async () => {
    watch.dispose();
    make('.vscode/');
    assert.equal((await watch.current()).readOnly.includes('.vscode'), false);
  });
});
