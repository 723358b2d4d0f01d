import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mock } from 'node:test';
import { gradeOf } from '../../../../src/isolation/isolationReport.ts';
import { folderFindings } from '../../../../src/workspaces/folders/folderFindings.ts';
import { scanLinks } from '../../../../src/workspaces/folders/linkScan.ts';
import { PathAnswers } from '../../../../src/workspaces/folders/pathAnswers.ts';
import { contentsOf, identityOf, textHash } from '../../../../src/workspaces/folders/pathContent.ts';
import { shownPaths } from '../../../../src/workspaces/folders/shownPaths.ts';
import { MemoryStorage } from '../../../support/memoryStorage.ts';
import { emptyScan } from '../../../support/workspacesOnFake.ts';

describe('what is known of a folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await fs.realpath(await fs.mkdtemp(join(tmpdir(), 'cordon-facts-')));
  });
  afterEach(() => fs.rm(root, { recursive: true }));

  it('counts files with a second name and links that lead out', async () => {
    await fs.mkdir(join(root, 'a'));
    await fs.writeFile(join(root, 'a/one'), '');
    await fs.writeFile(join(root, 'single'), '');
    await fs.link(join(root, 'a/one'), join(root, 'two'));
    await fs.symlink('../single', join(root, 'a/inside'));
    await fs.symlink('../../elsewhere', join(root, 'a/out'));
    await fs.symlink('/etc', join(root, 'absolute'));
    assert.deepEqual(await scanLinks(root), {
      hardLinked: { count: 2, examples: ['a/one', 'two'] },
      outward: { count: 2, examples: ['a/out', 'absolute'] },
    });
  });

  it('keeps an answer for exactly what was there', async () => {
    const storage = new MemoryStorage();
    const answers = new PathAnswers(storage);
    await fs.mkdir(join(root, '.vscode/deep'), { recursive: true });
    assert.equal(await answers.isKept(root, '.vscode'), true, 'nothing in it');
    await fs.writeFile(join(root, '.vscode/deep/x'), '1');
    assert.equal(await answers.isKept(root, '.vscode'), false);
    await answers.keep(root, ['.vscode']);
    assert.equal(await new PathAnswers(storage).isKept(root, '.vscode'), true, 'in the next window, too');
    assert.equal(await answers.isKept('/elsewhere', '.vscode'), true, 'nothing is there');
    await fs.symlink('/etc/passwd', join(root, '.vscode/y'));
    assert.equal(await answers.isKept(root, '.vscode'), false);
    await answers.keep(root, ['.vscode']);
    assert.equal(await answers.isKept(root, '.vscode'), true);
    await fs.writeFile(join(root, '.vscode/deep/x'), '2');
    assert.equal(await answers.isKept(root, '.vscode'), false);
  });

  it('knows a file by more than its name', async () => {
    const path = join(root, '.env');
    await fs.writeFile(path, '');
    const answers = new PathAnswers(new MemoryStorage());
    const identity = (await identityOf(path))!;
    await answers.show(root, { '.env': identity });
    assert.equal(answers.isShown(root, '.env', identity), true);
    await fs.writeFile(join(root, 'other'), '');
    await fs.rename(join(root, 'other'), path);
    assert.equal(answers.isShown(root, '.env', (await identityOf(path))!), false);
    assert.equal(await identityOf(join(root, 'missing')), undefined);
  });

  it('takes damaged answers for none, and more than anybody reads for unknown', async () => {
    const storage = new MemoryStorage();
    await storage.write('cordon.pathAnswers', { [root]: 'no' });
    await fs.writeFile(join(root, '.envrc'), 'x');
    assert.equal(await new PathAnswers(storage).isKept(root, '.envrc'), false);
    await fs.mkdir(join(root, '.idea'));
    await fs.writeFile(join(root, '.idea/large'), '');
    await fs.truncate(join(root, '.idea/large'), 33 * 1024 * 1024);
    assert.equal(await contentsOf(root, '.idea'), undefined);
  });

  describe('while something else takes the place of what is looked at', function () {
    before(function () {
      if (process.platform !== 'linux') this.skip();
    });
    let tasks: string;
    beforeEach(async () => {
      tasks = join(root, '.vscode/tasks.json');
      for (const folder of ['.vscode', 'outside']) {
        await fs.mkdir(join(root, folder));
        await fs.writeFile(join(root, folder, 'tasks.json'), 'x');
      }
    });
    afterEach(() => {
      mock.restoreAll();
      syncBuiltinESMExports();
    });
    /** Looks, and does something right after the look at the file, before that is opened. */
    const contentsWhen = async (swap: () => Promise<unknown>) => {
      const look = fs.lstat;
      mock.method(fs, 'lstat', async (path: string) => {
        const stats = await look(path);
        if (path === tasks) await swap();
        return stats;
      });
      syncBuiltinESMExports();
      return await contentsOf(root, '.vscode');
    };

    it('knows what stays', async () => {
      const contents = await contentsWhen(() => Promise.resolve());
      assert.deepEqual([...contents!], [['.vscode/tasks.json', textHash('x')]]);
    });

    it('waits for nobody at the other end of a pipe', async () => {
      const swap = async () => {
        await fs.rm(tasks);
        execFileSync('mkfifo', [tasks]);
      };
      assert.equal(await contentsWhen(swap), undefined);
    });

    it('follows no link, neither in the place of the file nor of its folder', async () => {
      const swapFile = async () => {
        await fs.rm(tasks);
        await fs.symlink('../outside/tasks.json', tasks);
      };
      assert.equal(await contentsWhen(swapFile), undefined);
      mock.restoreAll();
      await fs.rm(tasks);
      await fs.writeFile(tasks, 'x');
      const swapFolder = async () => {
        await fs.rename(join(root, '.vscode'), join(root, 'away'));
        await fs.symlink('outside', join(root, '.vscode'));
      };
      assert.equal(await contentsWhen(swapFolder), undefined);
    });

    it('reads no further than the file went', async () => {
      assert.equal(await contentsWhen(() => fs.appendFile(tasks, 'y')), undefined);
    });
  });

  it('ends in a place with more folders than anybody looks into', async () => {
    for (let index = 0; index < 2001; index++)
      await fs.mkdir(join(root, `.idea/${index}`), { recursive: true });
    assert.equal(await contentsOf(root, '.idea'), undefined);
  });

  it('goes into the report with a weight', () => {
    const open = (path: string) => [{ path, identity: '1:2' }];
    const nothing = { protectedPaths: [], hiddenPaths: [], lost: [] };
    const grade = (facts: Partial<Parameters<typeof folderFindings>[0]>) =>
      gradeOf(folderFindings({ scan: emptyScan, ...facts }));
    assert.equal(grade({ review: nothing, watched: 'fully' }), 'A');
    assert.equal(grade({ review: { ...nothing, protectedPaths: open('.vscode') } }), 'C');
    assert.equal(grade({ review: { ...nothing, hiddenPaths: open('.env') } }), 'F');
    assert.equal(grade({ review: { ...nothing, lost: open('.env') } }), 'F');
    assert.equal(grade({ watched: 'partly' }), 'C');
    assert.equal(grade({ watched: 'not' }), 'A');
    assert.equal(grade({ scan: { links: ['.env'], unchecked: [] } }), 'B');
    assert.equal(grade({ scan: { links: [], unchecked: ['x'] } }), 'C');
    const links = { hardLinked: { count: 3, examples: ['a'] }, outward: { count: 9, examples: ['b'] } };
    assert.equal(grade({ links }), 'C');
    assert.equal(grade({ links: { ...links, hardLinked: { count: 0, examples: [] } } }), 'A');
  });

  it('is shown on one line, whatever the names are', () => {
    assert.equal(shownPaths(['a\nb', 'c"d']), '"a\\nb", "c\\"d"');
    assert.match(shownPaths(Array.from({ length: 9 }, (_, index) => `f${index}`)), /"f4" and 4 more$/);
    assert.ok(shownPaths(['x'.repeat(5000)]).length < 200);
  });
});
