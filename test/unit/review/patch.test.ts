import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gitPath, refusedByGit } from '../../../src/review/patch/gitPath.ts';
import { patchEntry, type PatchSide } from '../../../src/review/patch/patchEntry.ts';
import { folderState } from '../../support/folderState.ts';

const run = promisify(execFile);

describe('a patch', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = (content: string | Buffer, mode: PatchSide['mode'] = '100644'): PatchSide => ({
    mode,
    content: Buffer.from(content),
  });
  const put = async (path: string, side: PatchSide) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    if (side.mode === '120000') {
      await symlink(side.content, join(folder, path));
      return;
    }
    await writeFile(join(folder, path), side.content);
    await chmod(join(folder, path), side.mode === '100755' ? 0o755 : 0o644);
  };
  const apply = async (patch: Buffer, ...options: readonly string[]) => {
    await writeFile(join(folder, '..', 'cordon-test.patch'), patch);
    await run('git', ['apply', '--whitespace=nowarn', ...options, '../cordon-test.patch'], {
      cwd: folder,
      env: { ...process.env, GIT_DIR: '/nowhere', GIT_CEILING_DIRECTORIES: tmpdir() },
    });
    await rm(join(folder, '..', 'cordon-test.patch'));
  };
  /** What git makes of it there and back must be what it says. */
  const allHold = async (
    cases: readonly (readonly [string, PatchSide | undefined, PatchSide | undefined])[],
  ) => {
    for (const [path, before] of cases) if (before) await put(path, before);
    const had = await folderState(folder);
    const entries: Buffer[] = [];
    for (const each of cases) entries.push(...(await patchEntry(...each)));
    const patch = Buffer.concat(entries);
    await apply(patch);
    const has = await folderState(folder);
    for (const [path, , after] of cases)
      if (!after) assert.equal(has[path], undefined, path);
      else if (after.mode === '120000') assert.equal(has[path], `link ${String(after.content)}`);
      else {
        assert.ok((await readFile(join(folder, path))).equals(after.content), JSON.stringify(path));
        assert.match(String(has[path]), after.mode === '100755' ? /^file 755/ : /^file 644/);
      }
    await apply(patch, '-R');
    assert.deepEqual(await folderState(folder), had);
    return String(patch);
  };

  it('is taken by git there and back: texts, their ends, modes, links, and anything that becomes another', async () => {
    const sides: readonly (PatchSide | undefined)[] = [
      undefined,
      file(''),
      file('one\n'),
      file('one'),
      file('one\ntwo\r\n\rthree\n\n'),
      file('x\n', '100755'),
      file('one\n', '100755'),
      file('\n'),
      file(Buffer.from([0, 255, 10, 0])),
      file(Buffer.from([0xe9, 0x0a, 0xff, 0x80])),
      file('--- a/x\n+++ b/x\n@@ -1 +1 @@\ndiff --git a/x b/x\n'),
      file('one', '120000'),
      file('/etc/passwd', '120000'),
    ];
    const pairs = sides.flatMap((before) => sides.map((after) => [before, after] as const));
    const different = pairs.filter(([before, after]) => before !== after);
    await allHold(different.map(([before, after], index) => [`d${index}/f`, before, after]));
  });

  it('has hunks as git writes them, with three lines around what is different', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => `${index}\n`);
    const after = lines.toSpliced(30, 2).toSpliced(4, 1, 'four\n', 'more\n').toSpliced(0, 0, 'first\n');
    const text = await allHold([['a.txt', file(lines.join('')), file(after.join(''))]]);
    assert.deepEqual(text.match(/^@@ .*$/gm), ['@@ -1,8 +1,10 @@', '@@ -28,8 +30,6 @@']);
    assert.match(
      text,
      /^diff --git a\/a\.txt b\/a\.txt\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n--- a\/a\.txt\n\+\+\+ b\/a\.txt\n@@/,
    );
  });

  it('holds for random texts and bytes of any length', async () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % below;
    const text = () => Array.from({ length: random(30) }, () => 'abc\n'.slice(random(4))).join('');
    const bytes = () => Buffer.from(Array.from({ length: random(400) }, () => random(256)));
    const rounds = Array.from({ length: 200 }, (_, index) => index);
    await allHold(
      rounds.flatMap((index) => [
        [`text${index}`, file(`${text()}a`), file(`${text()}b`)],
        [`bytes${index}`, file(bytes()), file(Buffer.concat([bytes(), Buffer.from([0])]))],
      ]),
    );
  });

  it('takes texts that have nothing in common as bytes', async () => {
    const lines = (mark: string) =>
      Array.from({ length: 30_000 }, (_, index) => `${mark}${index}\n`).join('');
    assert.match(await allHold([['f', file(lines('a')), file(lines('b'))]]), /GIT binary patch/);
  });

  it('names paths of any bytes so that they say nothing else', async () => {
    assert.equal(gitPath('a/', 'src/a-b_c.ts'), 'a/src/a-b_c.ts');
    assert.equal(gitPath('a/', 'a\nb\t"\\\udcff é'), '"a/a\\nb\\t\\"\\\\\\377 \\303\\251"');
    const odd = ['a b', 'a\nb', '"', '\\', ' ', 'é', 'a\tb', '\r', "'", 'x\ndiff --git a/y b/y', '-', '...'];
    await allHold(odd.map((name) => [name, undefined, file('x\n')]));
  });

  it('never names what git refuses, which would be all of it', () => {
    const refused = [
      '.git/hooks/pre-commit',
      '.GIT/x',
      'd/.git',
      'git~1',
      '.git.',
      '.git ',
      '.git:x',
      '.git\\x',
    ];
    for (const path of refused) assert.ok(refusedByGit(path, 'file'), path);
    for (const path of ['.gitignore', '.github/x', 'git', 'a.git', '.gitmodules'])
      assert.ok(!refusedByGit(path, 'file'), path);
    assert.ok(refusedByGit('.gitmodules', 'link'));
  });
});
