import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import * as fileSystem from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkFolder,
  folderPath,
  folderUri,
  sameFolder,
  type FolderEnvironment,
  type FolderFileSystem,
} from '../../../src/isolation/folderCheck.ts';
import { hasCode, type ErrorCode } from '../../../src/shared/errors.ts';

describe('folder check', () => {
  let top: string;
  let environment: FolderEnvironment;

  before(async () => {
    top = await realpath(await mkdtemp(join(tmpdir(), 'cordon-folder-')));
    environment = { fileSystem, platform: process.platform, home: join(top, 'home'), env: {} };
    await mkdir(join(top, 'home', '.ssh'), { recursive: true });
    await mkdir(join(top, 'project', 'inner'), { recursive: true });
    await writeFile(join(top, 'file'), '');
    await symlink(join(top, 'project'), join(top, 'link'));
    await symlink('link', join(top, 'link to link'));
    await symlink('circle', join(top, 'circle'));
    await symlink('missing', join(top, 'dangling'));
    await symlink('/etc', join(top, 'to etc'));
    await symlink(join(top, 'home', '.ssh'), join(top, 'to keys'));
    await symlink(join(top, 'home'), join(top, 'house'));
    execFileSync('mkfifo', [join(top, 'fifo')]);
  });

  after(() => rm(top, { recursive: true, force: true }));

  it('takes a path and a URI for the same folder, and says who owns it', async () => {
    const path = join(top, 'project');
    const checked = await checkFolder(path, environment);
    const stats = await fileSystem.stat(path, { bigint: true });
    assert.deepEqual(checked, {
      path,
      ownerUid: Number(stats.uid),
      ownerGid: Number(stats.gid),
      device: stats.dev,
      inode: stats.ino,
    });
    assert.deepEqual(await checkFolder(folderUri(`${path}/`, process.platform), environment), checked);
  });

  it('resolves symbolic links, chains of them too', async () => {
    const { path } = await checkFolder(join(top, 'link to link', 'inner'), environment);
    assert.equal(path, join(top, 'project', 'inner'));
  });

  const names = [
    'with space',
    'quote\'"`',
    'a:b',
    'a,b',
    'a\nb',
    '작업',
    '작업'.normalize('NFD'),
    '100% #1?',
    'a\\b',
    '%2F',
  ];
  for (const name of names) {
    it(`works for a folder named ${JSON.stringify(name)}`, async () => {
      const path = join(top, 'names', name);
      await mkdir(path, { recursive: true });
      assert.equal((await checkFolder(path, environment)).path, path);
      assert.equal((await checkFolder(folderUri(path, process.platform), environment)).path, path);
    });
  }

  const problems: readonly [what: string, name: string, code: ErrorCode, pattern: RegExp][] = [
    ['missing', 'nothing', 'folderNotFound', /does not exist/],
    ['a file', 'file', 'folderNotFound', /is not a folder/],
    ['in a file', 'file/inner', 'folderNotFound', /does not exist/],
    ['a FIFO', 'fifo', 'folderNotFound', /is not a folder/],
    ['a link to nowhere', 'dangling', 'folderNotFound', /does not exist/],
    ['a link to itself', 'circle', 'folderNotFound', /circle/],
    ['too long', 'x'.repeat(300), 'folderNotFound', /does not exist/],
    ['a link to a system folder', 'to etc', 'folderForbidden', /belongs to the system/],
    ['a link to credentials', 'to keys', 'folderForbidden', /credentials/],
    ['the home folder behind a link', 'house', 'folderForbidden', /your home folder/],
    ['the parent of home', '', 'folderForbidden', /your home folder/],
  ];
  for (const [what, name, code, pattern] of problems) {
    it(`refuses what is ${what}`, async () => {
      await assert.rejects(checkFolder(join(top, name), environment), { code, message: pattern });
    });
  }

  it('knows the home folder by what its link leads to', async () => {
    const linked = { ...environment, home: join(top, 'house') };
    await assert.rejects(checkFolder(join(top, 'home'), linked), forbidden);
  });

  it("knows the engine's socket by what its link leads to", async () => {
    await mkdir(join(top, 'engine'), { recursive: true });
    await writeFile(join(top, 'engine', 'socket'), '');
    await symlink(join(top, 'engine', 'socket'), join(top, 'home', 'socket'));
    const engine = { ...environment, engineSocket: join(top, 'home', 'socket') };
    await assert.rejects(checkFolder(join(top, 'engine'), engine), forbidden);
    await checkFolder(join(top, 'project'), engine);
  });

  it('looks at no file of a forbidden place', async () => {
    const untouched: FolderFileSystem = {
      realpath: () => assert.fail('realpath was called'),
      stat: () => assert.fail('stat was called'),
      access: () => assert.fail('access was called'),
    };
    await assert.rejects(checkFolder('/proc/self', { ...environment, fileSystem: untouched }), forbidden);
  });

  it('says so where the folder, or one above it, may not be read', async () => {
    for (const call of ['realpath', 'stat', 'access'] as const) {
      const refusing = { ...fileSystem, [call]: () => Promise.reject(failure('EACCES')) } as FolderFileSystem;
      await assert.rejects(
        checkFolder(join(top, 'project'), { ...environment, fileSystem: refusing }),
        { code: 'folderUnreadable', message: /permissions/ },
        call,
      );
    }
  });

  it('takes any other failure for unreadable, with its cause for the log', async () => {
    const cause = failure('EIO');
    const broken = { ...fileSystem, stat: () => Promise.reject(cause) } as FolderFileSystem;
    await assert.rejects(checkFolder(join(top, 'project'), { ...environment, fileSystem: broken }), {
      code: 'folderUnreadable',
      message: /cannot be read\.$/,
      cause,
    });
  });

  it('notices a folder that another one replaced', async () => {
    const path = join(top, 'replaced');
    await mkdir(path);
    const before = await checkFolder(path, environment);
    assert.equal(sameFolder(before, await checkFolder(path, environment)), true);
    // The old folder stays, so that its inode is not used again.
    await rename(path, `${path} before`);
    await mkdir(path);
    assert.equal(sameFolder(before, await checkFolder(path, environment)), false);
    await rm(path, { recursive: true });
    await symlink(join(top, 'project'), path);
    assert.equal(sameFolder(before, await checkFolder(path, environment)), false);
    await rm(path);
    await symlink('/etc', path);
    await assert.rejects(checkFolder(path, environment), forbidden);
  });

  it('takes a folder below the temporary and the real home folder', async () => {
    await checkFolder(join(top, 'project'), { ...environment, home: homedir(), env: {} });
  });
});

describe('folder path', () => {
  const good: readonly [platform: NodeJS.Platform, folder: string, path: string][] = [
    ['linux', '/a/b/', '/a/b'],
    ['linux', '/a/../b//c', '/b/c'],
    ['linux', '/', '/'],
    ['linux', 'file:///a%20b/%EC%9E%91%EC%97%85', '/a b/작업'],
    ['linux', 'FILE:///a%5Cb%3A%23%3F%0A', '/a\\b:#?\n'],
    ['linux', 'file://localhost/a', '/a'],
    ['darwin', 'file:///Users/kim/p', '/Users/kim/p'],
    ['win32', 'C:\\a\\b\\', 'C:\\a\\b'],
    ['win32', 'c:/a/../b', 'c:\\b'],
    ['win32', 'C:\\', 'C:\\'],
    ['win32', 'file:///c%3A/a%20b', 'c:\\a b'],
    ['win32', 'file:///C:/a', 'C:\\a'],
    ['win32', 'file://server/share/a', '\\\\server\\share\\a'],
    ['win32', '\\\\server\\share\\a', '\\\\server\\share\\a'],
  ];
  for (const [platform, folder, path] of good) {
    it(`of ${JSON.stringify(folder)} on ${platform} is ${JSON.stringify(path)}`, () => {
      assert.equal(folderPath(folder, platform), path);
    });
  }

  const bad: readonly [platform: NodeJS.Platform, folder: string][] = [
    ['linux', ''],
    ['linux', 'relative/path'],
    ['linux', './x'],
    ['linux', 'C:\\a'],
    ['linux', 'http://example.org/a'],
    ['linux', 'vscode-remote://ssh-remote+host/a'],
    ['linux', 'untitled:x'],
    ['linux', 'file://server/share'],
    ['linux', 'file:a'],
    ['linux', 'file:/a'],
    ['linux', 'file:////a/b'],
    ['win32', 'file:////server/share'],
    ['linux', 'file:///a%2Fb'],
    ['linux', 'file:///a%00b'],
    ['linux', '/a\0b'],
    ['linux', '/a\ud800'],
    ['linux', 'file:///a?b'],
    ['linux', 'file:///a#b'],
    ['linux', 'file:///a\nb'],
    ['linux', 'file:///a '],
    ['linux', ' file:///a'],
    ['linux', 'file:///a\\b'],
    ['linux', 'file:///%E0%A4%A'],
    ['win32', '\\a'],
    ['win32', 'C:a'],
    ['win32', 'file:///a'],
    ['win32', 'file:///c:/a%5Cb'],
    ['win32', 'relative'],
  ];
  for (const [platform, folder] of bad) {
    it(`refuses ${JSON.stringify(folder)} on ${platform}`, () => {
      assert.throws(
        () => folderPath(folder, platform),
        (error) => hasCode(error, 'invalidRequest'),
      );
    });
  }

  it('comes back from its URI on every platform', () => {
    assert.equal(folderUri('/a b/#작업\n', 'linux'), 'file:///a%20b/%23%EC%9E%91%EC%97%85%0A');
    assert.equal(folderUri('C:\\a b\\c', 'win32'), 'file:///C:/a%20b/c');
    assert.equal(folderPath(folderUri('/a b/#작업\n\\%', 'darwin'), 'darwin'), '/a b/#작업\n\\%');
    assert.equal(folderPath(folderUri('\\\\server\\share\\a', 'win32'), 'win32'), '\\\\server\\share\\a');
  });
});

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: raw text`), { code });
}

function forbidden(error: unknown): boolean {
  return hasCode(error, 'folderForbidden');
}
