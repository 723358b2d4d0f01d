import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { folderSearch, foldersAbove } from '../../../src/isolation/folderScan.ts';
import { scanFolder } from '../../support/scanFolder.ts';
import { PathRules } from '../../../src/isolation/pathRules.ts';

/** Makes files, and folders where the path ends with `/`. */
function makeIn(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(path.endsWith('/') ? join(root, path) : dirname(join(root, path)), { recursive: true });
    if (!path.endsWith('/')) writeFileSync(join(root, path), 'x');
  }
}

describe('search for protected and hidden paths', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'cordon-scan-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const make = (...paths: readonly string[]) => {
    makeIn(root, paths);
  };
  const scan = async (hiddenPaths: readonly string[] = []) => {
    const found = await scanFolder(root, new PathRules({ protectedPaths: [], hiddenPaths }));
    const sorted = (paths: readonly string[]) => [...paths].sort();
    return {
      ...{ readOnly: sorted(found.readOnly), masked: sorted(found.masked), pinned: found.pinned },
      ...{ links: sorted(found.links), unchecked: sorted(found.unchecked), unnameable: found.unnameable },
    };
  };

  it('finds them at any depth, and the folders that must keep their place', async () => {
    make(
      '.vscode/tasks.json',
      'a/b/.idea/',
      'a/b/c/.env',
      '.env',
      'a/x.pem',
      'a/x.code-workspace',
      'src/main.js',
    );
    const { readOnly, masked, pinned } = await scan();
    assert.deepEqual(readOnly, ['.vscode', 'a/b/.idea', 'a/x.code-workspace']);
    assert.deepEqual(masked, ['.env', 'a/b/c/.env', 'a/x.pem']);
    assert.deepEqual(pinned, ['a', 'a/b']);
  });

  it('finds what decides what git runs, those of submodules and worktrees included', async () => {
    const names = ['HEAD', 'config', 'hooks/pre-commit', 'index', 'objects/ab/id_1', 'refs/heads/id_1'];
    make(...names.map((name) => `.git/${name}`), '.git/config.worktree', '.git/info/exclude');
    make(...names.map((name) => `.git/modules/lib/deep/${name}`));
    make('.git/worktrees/w/HEAD', '.git/worktrees/w/commondir', '.git/worktrees/w/gitdir');
    make('lib/deep/.git', 'sub/.GIT/config', 'config', 'hooks/');
    const { readOnly, masked, pinned } = await scan();
    assert.deepEqual(readOnly, [
      '.git/config',
      '.git/config.worktree',
      '.git/hooks',
      '.git/modules/lib/deep/config',
      '.git/modules/lib/deep/hooks',
      '.git/worktrees/w/commondir',
      '.git/worktrees/w/gitdir',
      'lib/deep/.git',
      'sub/.GIT/config',
    ]);
    assert.deepEqual(masked, []);
    assert.ok(
      pinned.includes('.git') && pinned.includes('.git/modules/lib/deep') && pinned.includes('lib/deep'),
    );
  });

  it('takes a repository without a working tree for what it is', async () => {
    make(
      'bare/HEAD',
      'bare/config',
      'bare/hooks/',
      'bare/objects/',
      'bare/refs/',
      'half/HEAD',
      'half/config',
    );
    assert.deepEqual((await scan()).readOnly, ['bare/config', 'bare/hooks']);
  });

  it('hides secrets in what is protected and in dependencies', async () => {
    make('.vscode/.env', '.claude/deep/id_rsa', 'node_modules/a/.npmrc', 'node_modules/a/.vscode/');
    const { readOnly, masked } = await scan();
    assert.deepEqual(readOnly, ['.claude', '.vscode']);
    assert.deepEqual(masked, ['.claude/deep/id_rsa', '.vscode/.env', 'node_modules/a/.npmrc']);
  });

  it('does not look into what is hidden as a whole', async () => {
    make('secrets/.vscode/', 'secrets/x.pem', '.env/bin/python');
    const { masked, readOnly } = await scan(['secrets/']);
    assert.deepEqual(masked, ['.env', 'secrets']);
    assert.deepEqual(readOnly, []);
  });

  it('follows no symbolic link, in circles or out of the folder, and tells of those with such a name', async () => {
    make('real/.env', 'a/');
    symlinkSync('..', join(root, 'a/up'));
    symlinkSync('/', join(root, 'out'));
    symlinkSync('real', join(root, '.vscode'));
    symlinkSync('real/.env', join(root, 'a/.env'));
    symlinkSync('/etc', join(root, 'a/.git'));
    const { readOnly, masked, links } = await scan();
    assert.deepEqual([readOnly, masked], [[], ['real/.env']]);
    assert.deepEqual(links, ['.vscode', 'a/.env', 'a/.git']);
  });

  it('takes every name that a file can have', async () => {
    const hostile = [
      'new\nline/.env',
      ' /.env',
      'q"\'`$(x)/.env',
      '한국어/.env',
      '-rf/.env',
      '..../.env',
      'a:b,c/.env',
    ];
    make(...hostile, '.env.\u001b[31m', 'x\\y/.env');
    const { masked } = await scan();
    assert.deepEqual(masked, [...hostile, '.env.\u001b[31m', 'x\\y/.env'].sort());
  });

  it('tells of names that are no text, for nothing can be laid over them', async function () {
    if (process.platform !== 'linux') this.skip();
    const sh = (line: string) => execFileSync('bash', ['-c', line], { cwd: root });
    sh(`mkdir $'bad\\xff' && touch $'bad\\xff/.env' $'\\xfe.pem'`);
    const { masked, unchecked, unnameable } = await scan();
    assert.deepEqual([masked, unchecked, unnameable], [[], ['bad\ufffd'], ['\ufffd.pem']]);
  });

  it('ends when it is told to', async () => {
    make('a/');
    const rules = new PathRules({ protectedPaths: [], hiddenPaths: [] });
    await assert.rejects(scanFolder(root, rules, AbortSignal.abort()), { name: 'AbortError' });
  });

  it('names the folders above a path, outermost first', () => {
    assert.deepEqual(foldersAbove(['a/b/c', 'x', 'a/d']), ['a', 'a/b']);
  });
});

describe('search of a folder that is large enough for threads', () => {
  const rules = new PathRules({ protectedPaths: [], hiddenPaths: ['mine'] });
  const secrets = Array.from({ length: 30 }, (_, part) => `part${part}/x7/${part % 2 ? '.env' : 'mine'}`);
  let root: string;
  before(() => {
    root = mkdtempSync(join(tmpdir(), 'cordon-scan-'));
    const folders = secrets.flatMap((_, part) =>
      Array.from({ length: 40 }, (__, sub) => `part${part}/x${sub}/`),
    );
    makeIn(root, [...folders, ...secrets, 'part3/.vscode/tasks.json', 'part29/x1/.git/config']);
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it('finds everything', async () => {
    const { readOnly, masked } = await scanFolder(root, rules);
    assert.deepEqual(masked, [...secrets].sort());
    assert.deepEqual(readOnly, ['part29/x1/.git/config', 'part3/.vscode']);
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    const searching = scanFolder(root, rules, controller.signal);
    setTimeout(() => {
      controller.abort();
    }, 25);
    await assert.rejects(searching, { name: 'AbortError' });
  });

  it('fails where a thread does: what was not searched may hold anything', async () => {
    const missing = folderSearch(new URL('missing.js', import.meta.url));
    await assert.rejects(missing(root, rules), { code: /MODULE_NOT_FOUND$/ });
    const silent = folderSearch(new URL('data:text/javascript,'));
    await assert.rejects(silent(root, rules), /without an answer/);
  });
});
