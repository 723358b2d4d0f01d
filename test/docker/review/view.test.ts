import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ViewFolders } from '../../../src/review/viewFolders.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { ownedByPerson } from '../../support/folders.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { copyRules } from '../../support/copyRules.ts';

describe('the view of a workspace in review mode', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let views: ViewFolders;
  let kept: string;
  let folder: string;

  const create = (request: object = {}) =>
    core.service.create({ name: 'review', folder, mount: 'review', network: 'none', ...request });
  const sh = async ({ id }: Workspace, line: string, user?: string) => {
    const { exitCode, stdout, stderr } = await core.service.exec(id, ['sh', '-c', line], {
      ...(user !== undefined && { user }),
    });
    return { code: exitCode, out: stdout, err: stderr };
  };
  const keptNow = () => fs.readdir(kept).catch(() => []);

  before(async () => {
    engine = await testEngine();
    kept = await fs.mkdtemp(join(tmpdir(), 'cordon-test-review-'));
  });

  after(async () => {
    await engine.dispose();
    await fs.rm(kept, { recursive: true });
  });

  beforeEach(async () => {
    views = new ViewFolders(kept, copyRules);
    core = workspacesOnEngine(engine.connection, undefined, { viewFiles: views });
    folder = await temporaryFolder();
    await fs.mkdir(join(folder, '.git/hooks'), { recursive: true });
    await fs.writeFile(join(folder, '.git/hooks/pre-commit'), 'before\n');
    await ownedByPerson(folder);
  });

  afterEach(async () => {
    const ids = core.service.list().map(({ id }) => id);
    for (const id of ids) await core.service.remove(id);
    core.dispose();
    assert.deepEqual(await keptNow(), [], 'nothing is left on this machine');
    const left = (await engine.engine.listVolumes()).filter(({ workspaceId }) => ids.includes(workspaceId));
    assert.deepEqual(left, [], 'nothing is left in the engine');
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('takes every write, and none reaches the folder', async () => {
    const workspace = await create();
    const lines = [
      'echo changed > hello.txt; echo new > new.txt; mkdir -p a/b; echo x > a/b/c',
      'rm -f .git/hooks/pre-commit; echo evil > .git/hooks/post-commit; chmod 755 .git/hooks/post-commit',
    ];
    for (const line of lines) assert.equal((await sh(workspace, line)).code, 0);
    assert.equal(
      (await sh(workspace, 'cat hello.txt a/b/c; ls .git/hooks')).out,
      'changed\nx\npost-commit\n',
    );
    assert.deepEqual((await fs.readdir(folder)).sort(), ['.git', 'hello.txt']);
    assert.equal(await fs.readFile(join(folder, 'hello.txt'), 'utf8'), 'hello\n');
    assert.deepEqual(await fs.readdir(join(folder, '.git/hooks')), ['pre-commit']);
  });

  it('is what the isolation report proves, and neither setuid programs nor devices work in it', async () => {
    const workspace = await create();
    const report = await core.service.isolationReport(workspace.id);
    const byId = new Map(report.findings.map((finding) => [finding.id, finding]));
    for (const id of ['mounts', 'folder-view', 'inside-view', 'inside-mounts'])
      assert.equal(byId.get(id)?.status, 'holds', JSON.stringify(byId.get(id)));
    assert.notEqual(report.grade, 'F');
    const { out } = await sh(workspace, 'grep " /workspace " /proc/self/mountinfo');
    assert.match(out, /nosuid,nodev/);
    assert.notEqual((await sh(workspace, 'mknod null c 1 3', '0:0')).code, 0);
  });

  it('stays with its changes when the workspace stops, and when its container is made anew', async () => {
    const workspace = await create();
    await sh(workspace, 'echo changed > hello.txt');
    await core.service.stop(workspace.id);
    await core.service.start(workspace.id);
    assert.equal((await sh(workspace, 'cat hello.txt')).out, 'changed\n');
    await core.service.update(workspace.id, { env: { A: 'b' } });
    assert.equal((await sh(workspace, 'cat hello.txt')).out, 'changed\n');
    await core.service.archive(workspace.id);
    const volumes = await engine.engine.listVolumes();
    assert.ok(!volumes.some(({ workspaceId }) => workspaceId === workspace.id));
    await core.service.restore(workspace.id);
    await core.service.start(workspace.id);
    assert.equal((await sh(workspace, 'cat hello.txt')).out, 'changed\n');
  });

  it('goes with the workspace, also what root wrote in it', async () => {
    const workspace = await create();
    await sh(workspace, 'mkdir -m 777 open; rm hello.txt');
    assert.equal((await sh(workspace, 'umask 077; mkdir open/deep; echo x > open/deep/file', '0:0')).code, 0);
    await core.service.archive(workspace.id);
    await core.service.remove(workspace.id);
    assert.deepEqual(await keptNow(), []);
  });

  it('is one of its own for each workspace of a folder', async () => {
    const [one, other] = [await create(), await create({ name: 'other' })];
    await sh(one, 'echo one > hello.txt');
    await sh(other, 'echo other > hello.txt');
    assert.equal((await sh(one, 'cat hello.txt')).out, 'one\n');
    assert.equal((await sh(other, 'cat hello.txt')).out, 'other\n');
  });

  it('is of the folder whatever that is called', async () => {
    const names = [
      'comma,ro,suid',
      'colon:upperdir=x',
      'back\\slash',
      'quo"te\'',
      'new\nline',
      ' space ',
      '한국',
    ];
    for (const [index, name] of names.entries()) {
      const odd = join(folder, '..', name);
      await fs.mkdir(odd);
      await fs.writeFile(join(odd, 'here.txt'), name);
      await ownedByPerson(odd);
      const workspace = await create({ name: `odd ${index}`, folder: odd });
      assert.equal((await sh(workspace, 'cat here.txt; echo x > here.txt')).out, name);
      assert.equal(await fs.readFile(join(odd, 'here.txt'), 'utf8'), name);
      await core.service.remove(workspace.id);
    }
  });

  it('shows what the host changes in files that the workspace has not touched', async () => {
    const workspace = await create();
    await fs.writeFile(join(folder, 'hello.txt'), 'from the host\n');
    // A copy has it from the next start on.
    if (views.copies.has(workspace.id)) await core.service.restart(workspace.id);
    assert.equal((await sh(workspace, 'cat hello.txt')).out, 'from the host\n');
  });

  it('starts although a hidden path came up in a folder that the workspace has removed', async () => {
    await fs.mkdir(join(folder, 'gone'));
    await ownedByPerson(folder);
    const workspace = await create();
    assert.equal((await sh(workspace, 'rmdir gone')).code, 0);
    await core.service.stop(workspace.id);
    await fs.writeFile(join(folder, 'gone/.env'), 'SECRET');
    assert.equal((await core.service.start(workspace.id)).container.kind, 'running');
    assert.notEqual((await sh(workspace, 'cat gone/.env')).code, 0);
  });
});
