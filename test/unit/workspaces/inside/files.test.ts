import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileOfFolder } from '../../../../src/workspaces/inside/fileOfFolder.ts';
import { filesInLine } from '../../../../src/workspaces/inside/filesInLine.ts';

describe('the files that a line of output names', () => {
  const named = (line: string, cwd = '/workspace') =>
    filesInLine(line, cwd).map(({ index, length, ...file }) => [
      line.slice(index, index + length),
      file.path,
      file.line,
      file.column,
    ]);

  it('are those below the folder, with line and column', () => {
    assert.deepEqual(named('at f (/workspace/src/a.ts:12:3) in /workspace/b.js.'), [
      ['/workspace/src/a.ts:12:3', 'src/a.ts', 12, 3],
      ['/workspace/b.js', 'b.js', undefined, undefined],
    ]);
    assert.deepEqual(named('file:///workspace/a.mjs:7'), [
      ['file:///workspace/a.mjs:7', 'a.mjs', 7, undefined],
    ]);
    assert.deepEqual(named('src/a.ts(3,7): error'), [['src/a.ts(3,7)', 'src/a.ts', 3, 7]]);
  });

  it('are seen from where the program runs', () => {
    assert.deepEqual(named('a.c:1:2: warning, ../b.c:3', '/workspace/lib'), [
      ['a.c:1:2', 'lib/a.c', 1, 2],
      ['../b.c:3', 'b.c', 3, undefined],
    ]);
  });

  it('are never those of other places', () => {
    for (const line of [
      '/etc/passwd:1',
      '/workspace/../etc/passwd:1',
      '../etc/passwd:1',
      '/workspaces/a:1',
      'http://host:80/x',
      'plain words',
      '/workspace',
    ])
      assert.deepEqual(named(line), [], line);
  });

  it('are bounded', () => {
    assert.equal(named('a:1 '.repeat(100)).length, 20);
    assert.deepEqual(named(`${'x/'.repeat(2000)}:1`), []);
  });
});

describe('the file that a path names', () => {
  it('is one of the folder, and none to which a symbolic link leads out of it', async () => {
    const parent = mkdtempSync(path.join(tmpdir(), 'cordon-files-'));
    try {
      const folder = path.join(parent, 'folder');
      mkdirSync(path.join(folder, 'sub'), { recursive: true });
      writeFileSync(path.join(folder, 'a'), '');
      writeFileSync(path.join(parent, 'secret'), '');
      symlinkSync('../secret', path.join(folder, 'out'));
      symlinkSync('..', path.join(folder, 'up'));
      symlinkSync('a', path.join(folder, 'in'));
      symlinkSync(folder, path.join(parent, 'link'));
      assert.equal(await fileOfFolder(folder, 'a'), path.join(folder, 'a'));
      assert.equal(await fileOfFolder(folder, 'in'), path.join(folder, 'in'));
      assert.equal(
        await fileOfFolder(path.join(parent, 'link'), 'a'),
        path.join(parent, 'link/a'),
        'as opened',
      );
      for (const outside of ['out', 'up/secret', '../secret', 'sub', 'missing', '', '/etc/passwd'])
        assert.equal(await fileOfFolder(folder, outside), undefined, outside);
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});
