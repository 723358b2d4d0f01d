import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, debianImage } from '../../host/images.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { entriesOf, ownedByPerson } from '../../support/folders.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

/** Runs git on the host as the person would, whoever runs the tests. */
function git(folder: string, ...words: readonly string[]): string {
  const config = ['user.email=a@b.c', 'user.name=n', 'safe.directory=*', 'protocol.file.allow=always'];
  const options = config.flatMap((each) => ['-c', each]);
  return execFileSync('git', [...options, '-C', folder, ...words], { encoding: 'utf8' });
}

describe('protected paths of a live workspace', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let workspace: Workspace;

  const sh = async (line: string, of = workspace) => {
    const { exitCode, stdout, stderr } = await core.service.exec(of.id, ['sh', '-c', line]);
    return { code: exitCode, out: stdout.trim(), err: stderr };
  };
  const read = (path: string) => fs.readFile(join(folder, path), 'utf8').catch(() => undefined);

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage] });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
    git(folder, 'init', '-q');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-qm', 'first');
    const library = await temporaryFolder('library');
    git(library, 'init', '-q');
    git(library, 'commit', '-qm', 'first', '--allow-empty');
    git(folder, 'submodule', '--quiet', 'add', library, 'lib');
    git(folder, 'worktree', 'add', '-q', 'tree');
    git(folder, 'commit', '-qm', 'second');
    const files = [
      '.vscode/tasks.json',
      '.devcontainer/x',
      '.idea/x',
      '.husky/pre-commit',
      '.githooks/x',
      '.envrc',
    ];
    for (const path of [
      ...files,
      '.cursor/x',
      '.claude/settings.json',
      'app.code-workspace',
      '.mcp.json',
      'sub/deep/.vscode/x',
    ]) {
      await fs.mkdir(join(folder, path, '..'), { recursive: true });
      await fs.writeFile(join(folder, path), 'before\n');
    }
    await fs.mkdir(join(folder, 'src'));
    await ownedByPerson(folder);
    workspace = await core.service.create({ name: 'protected', folder, image: debianImage, network: 'none' });
  });

  it('leaves git at work: status, add, commit, branches; and refuses to change its settings', async () => {
    await sh('echo more > src/more.txt');
    assert.match((await sh('git status --short')).out, /src\//);
    const commit = await sh(
      'git add src && git -c user.email=a@b.c -c user.name=n commit -qm inside && git checkout -qb topic && git log --oneline | wc -l',
    );
    assert.deepEqual([commit.code, commit.out], [0, '3'], commit.err);
    const config = await sh('git config core.fsmonitor ./evil.sh');
    assert.notEqual(config.code, 0);
    assert.match(config.err, /could not (lock|write)/);
    assert.match(git(folder, 'log', '--oneline'), /inside/);
  });

  after(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  const files = [
    ...[
      '.git/config',
      '.git/hooks/pre-commit',
      '.git/modules/lib/config',
      '.git/modules/lib/hooks/pre-commit',
    ],
    ...['.git/worktrees/tree/commondir', '.git/worktrees/tree/gitdir', 'tree/.git', 'lib/.git'],
    ...['.vscode/tasks.json', '.devcontainer/x', '.idea/x', '.husky/pre-commit', '.githooks/x', '.envrc'],
    ...['.cursor/x', '.claude/settings.json', 'app.code-workspace', '.mcp.json', 'sub/deep/.vscode/x'],
  ];
  for (const path of files)
    it(`keeps ${path} as it is, whatever is tried`, async () => {
      const before = await read(path);
      const inode = await fs.stat(join(folder, path)).then(
        ({ ino }) => ino,
        () => undefined,
      );
      const tries = [
        `echo evil > '${path}'`,
        `echo evil >> '${path}'`,
        `rm -f '${path}' && echo evil > '${path}'`,
        `echo evil > src/new && mv -f src/new '${path}'`,
        `mv '${path}' src/away && echo evil > '${path}'`,
        `ln -f src/new '${path}'`,
        `ln '${path}' src/link && echo evil > src/link`,
        `ln -s "$PWD/${path}" src/soft; echo evil > src/soft`,
        `ln -sfn "$PWD/src" '${path}'`,
        `chmod 777 '${path}'; truncate -s 0 '${path}'`,
        `umount '${path}'; mount -t tmpfs x "$(dirname '${path}')"; mount --bind src "$(dirname '${path}')"`,
        `unshare -Urm sh -c 'umount -l "${path}"; echo evil > "${path}"'`,
      ];
      // Every folder above, moved away or replaced, with a look-alike in its place.
      for (let above = path; above.includes('/');) {
        above = above.slice(0, above.lastIndexOf('/'));
        tries.push(
          `mv '${above}' src/moved && mkdir -p '${path.slice(0, path.lastIndexOf('/'))}' && echo evil > '${path}'`,
          `cp -r '${above}' src/copy; rm -rf '${above}'; mv src/copy '${above}'; echo evil > '${path}'`,
          `ln -sfn "$PWD/src" '${above}'`,
          `mv --exchange '${above}' src || python3 -c 1`,
        );
      }
      await sh(tries.map((line) => `(${line}); rm -rf src/copy src/link src/soft src/new`).join('\n'));
      assert.equal(await read(path), before);
      if (inode !== undefined) assert.equal((await fs.lstat(join(folder, path))).ino, inode);
      await sh('rm -rf src/*');
    });

  it('cannot get to them through a folder put in the place of one above', async () => {
    for (const above of [
      '.git',
      '.git/modules',
      '.git/modules/lib',
      '.git/worktrees',
      'sub',
      'sub/deep',
      'tree',
      'lib',
    ]) {
      const { code, err } = await sh(`perl -e 'rename($ARGV[0], "moved") or die $!' '${above}'`);
      assert.notEqual(code, 0, above);
      assert.match(err, /busy|cross-device/i);
    }
    assert.equal(
      (await sh('mv src src2 && mv src2 src')).code,
      0,
      'a folder that leads to nothing protected',
    );
  });

  it('are proven by the report', async () => {
    const { findings } = await core.service.isolationReport(workspace.id);
    for (const id of ['mounts', 'protected-paths', 'hidden-paths'])
      assert.equal(findings.find((finding) => finding.id === id)?.ok, true, id);
  });

  it('leave nothing of ours in the folder, neither while it runs nor after it', async () => {
    const fresh = await temporaryFolder('fresh');
    const before = await entriesOf(fresh);
    const other = await core.service.create({ name: 'fresh', folder: fresh, network: 'none' });
    assert.deepEqual(await entriesOf(fresh), before);
    await core.service.stop(other.id);
    await core.service.start(other.id);
    await core.service.remove(other.id);
    assert.deepEqual(await entriesOf(fresh), before);
    await fs.rm(join(fresh, '..'), { recursive: true });
  });

  it('are found anew at a start: a container that was made without them gives way to one with them', async () => {
    const fresh = await temporaryFolder('anew');
    const other = await core.service.create({ name: 'anew', folder: fresh, network: 'none' });
    const containerOf = () => {
      const container = core.service.get(other.id)?.container;
      return container?.kind === 'running' ? container.id : assert.fail(container?.kind);
    };
    const first = containerOf();
    await core.service.stop(other.id);
    await core.service.start(other.id);
    assert.equal(containerOf(), first, 'nothing changed, so the same one starts');
    await fs.mkdir(join(fresh, 'new/.vscode'), { recursive: true });
    await ownedByPerson(fresh);
    await core.service.restart(other.id);
    assert.notEqual(containerOf(), first);
    assert.notEqual((await sh('touch new/.vscode/tasks.json', other)).code, 0);
    assert.notEqual((await sh('mv new old', other)).code, 0);
    assert.ok(core.log.lines.some((line) => line.includes('made anew')));
    await fs.rm(join(fresh, 'new'), { recursive: true });
    await core.service.restart(other.id);
    assert.equal(
      (await sh('mkdir -p new && mv new old', other)).code,
      0,
      'a pinned folder that went keeps nothing from starting',
    );
    await core.service.remove(other.id);
    await fs.rm(join(fresh, '..'), { recursive: true });
  });

  it('hold against a neighbour that swaps a folder above for a link out of the folder while another one starts', async () => {
    const fresh = await temporaryFolder('raced');
    await fs.mkdir(join(fresh, 'swap/.vscode'), { recursive: true });
    await ownedByPerson(fresh);
    // The attacker was made before there was anything to pin.
    await fs.rename(join(fresh, 'swap'), join(fresh, '../kept'));
    const attacker = await core.service.create({ name: 'attacker', folder: fresh, network: 'none' });
    await fs.rename(join(fresh, '../kept'), join(fresh, 'swap'));
    const swapping = core.service.exec(attacker.id, [
      'sh',
      '-c',
      'while :; do mv swap real; ln -s / swap; rm swap; mv real swap; done',
    ]);
    swapping.catch(() => undefined);
    for (let round = 0; round < 5; round++) {
      const victim = await core.service
        .create({ name: `victim ${round}`, folder: fresh, network: 'none' })
        .catch(() => undefined);
      if (!victim) continue;
      const { out } = await sh("grep ' /workspace' /proc/self/mountinfo | cut -d' ' -f4,5", victim);
      for (const line of out.split('\n')) assert.ok(line.includes('/raced'), line);
      await core.service.remove(victim.id);
    }
    assert.equal(core.service.get(attacker.id)?.container.kind, 'running', 'nobody stays held');
    await core.service.remove(attacker.id);
    await fs.rm(join(fresh, '..'), { recursive: true });
  });
});
