import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

describe('what a workspace promises, seen from inside', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let standard: Workspace;

  const sh = async (workspace: Workspace, line: string, user?: string) => {
    const result = await core.service.exec(
      workspace.id,
      ['sh', '-c', line],
      user === undefined ? {} : { user },
    );
    return { code: result.exitCode, out: result.stdout.trim(), err: result.stderr };
  };

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
    standard = await core.service.create({ name: 'standard', folder });
  });

  after(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('reports grade A, or B where root is the only choice', async () => {
    const report = await core.service.isolationReport(standard.id);
    assert.deepEqual(
      report.findings.filter(({ ok, id }) => !ok && id !== 'root-user'),
      [],
    );
    assert.match(report.grade, /^[AB]$/);
  });

  it('has its folder at /workspace, and what it writes belongs to the person', async () => {
    assert.equal(
      (await sh(standard, 'cat hello.txt && echo more >> hello.txt && echo new > new.txt && pwd')).out,
      'hello\n/workspace',
    );
    const { uid, gid } = await fs.stat(join(folder, 'new.txt'));
    const { uid: owner, gid: group } = await fs.stat(folder);
    assert.deepEqual([uid, gid], [owner, group]);
    assert.equal(await fs.readFile(join(folder, 'hello.txt'), 'utf8'), 'hello\nmore\n');
  });

  it('names itself in the environment and carries the fixed labels', async () => {
    assert.equal(
      (await sh(standard, 'echo "$CORDON_WORKSPACE_ID $CORDON_WORKSPACE_NAME"')).out,
      `${standard.id} standard`,
    );
    const resources = await managedResources(engine.socketPath, `cordon.workspace.id=${standard.id}`);
    assert.deepEqual(resources.map(({ kind, name }) => `${kind} ${name.replace('/', '')}`).sort(), [
      `container cordon-standard-${standard.id.slice(0, 8)}`,
      `network cordon-standard-${standard.id.slice(0, 8)}`,
    ]);
  });

  it('has no capability, cannot gain one, and is filtered', async () => {
    const { out } = await sh(
      standard,
      'grep -E "^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):" /proc/self/status',
    );
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      assert.match(out, new RegExp(`${set}:\\s+0{16}`));
    assert.match(out, /NoNewPrivs:\s+1/);
    assert.match(out, /Seccomp:\s+2/);
    const asRoot = await sh(
      standard,
      'id -u; chown 5:5 /tmp; mount -t tmpfs x /mnt; mknod /tmp/null c 1 3',
      '0:0',
    );
    assert.match(asRoot.out, /^0/);
    assert.notEqual(asRoot.code, 0);
    assert.match(asRoot.err, /mount.*(denied|permitted)/i);
    assert.match(asRoot.err, /mknod.*(denied|permitted)/i);
  });

  it('cannot write outside of its folder and the places in memory', async () => {
    for (const place of ['/', '/etc', '/bin', '/dev', '/sys', '/proc/sys/kernel', '/var'])
      assert.notEqual((await sh(standard, `touch ${place}/cordon-probe 2>&1`)).code, 0, place);
    for (const place of ['/tmp', '/var/tmp', '/run', '$HOME', '/workspace', '/dev/shm'])
      assert.equal(
        (await sh(standard, `touch ${place}/cordon-probe && rm ${place}/cordon-probe`)).code,
        0,
        place,
      );
  });

  it('has sized places in memory with owner and mode of their own', async () => {
    const mounts = (await sh(standard, 'cat /proc/mounts')).out;
    for (const [place, size] of [
      ['/tmp', '16384k'],
      ['/var/tmp', '16384k'],
      ['/run', '16384k'],
      ['/run/secrets', '4096k'],
      ['/cordon', '16384k'],
    ] as const) {
      const line = mounts.split('\n').find((mount) => mount.split(' ')[1] === place) ?? '';
      assert.match(line, /^tmpfs .*nosuid,nodev/, place);
      assert.ok(line.includes(`size=${size}`), line);
    }
    const { out } = await sh(standard, 'stat -c "%a %u" /tmp $HOME; id -u');
    const [tmp, home, uid] = out.split('\n');
    assert.deepEqual([tmp?.split(' ')[0], home], ['1777', `700 ${uid}`]);
    assert.notEqual(
      (await sh(standard, 'dd if=/dev/zero of=/tmp/big bs=1M count=40; code=$?; rm /tmp/big; exit $code'))
        .code,
      0,
    );
  });

  it('keeps the limits as the kernel has them', async () => {
    const files = (await sh(standard, 'ulimit -n; ulimit -c')).out;
    assert.equal(files, '16384\n0');
    const forks = await sh(standard, 'n=0; while [ $n -lt 300 ]; do sleep 3 & n=$((n+1)); done 2>&1');
    assert.match(forks.out + forks.err, /fork|Resource|unavailable/i);
    // No process can be started in it until those have ended.
    for (let tries = 0; (await codeOf(sh(standard, 'true'))) !== 'resolved'; tries++) {
      assert.ok(tries < 40);
      await new Promise((done) => setTimeout(done, 250));
    }
    const memory = await sh(standard, 'head -c 400m /dev/zero | tail');
    assert.notEqual(memory.code, 0, 'more memory than the limit ends the process');
    assert.equal((await sh(standard, 'echo alive')).out, 'alive');
  });

  it('gives a read-only folder that stays as it is', async () => {
    const workspace = await core.service.create({
      name: 'readonly',
      folder,
      mount: 'readonly',
      network: 'none',
    });
    assert.notEqual((await sh(workspace, 'echo x >> hello.txt')).code, 0);
    assert.equal((await sh(workspace, 'cat hello.txt > /dev/null && echo read')).out, 'read');
    assert.notEqual((await sh(workspace, 'rm hello.txt')).code, 0);
  });

  it('has no network at all with "none"', async () => {
    const workspace = await core.service.create({ name: 'none', folder, network: 'none' });
    assert.equal((await sh(workspace, 'ls /sys/class/net')).out, 'lo');
    assert.deepEqual(
      (await managedResources(engine.socketPath, `cordon.workspace.id=${workspace.id}`)).map(
        ({ kind }) => kind,
      ),
      ['container'],
    );
  });

  it('keeps what a folder says of itself out of its own isolation', async () => {
    await fs.mkdir(join(folder, '.vscode'), { recursive: true });
    await fs.writeFile(
      join(folder, '.vscode/settings.json'),
      '{"cordon.profile":"basic","cordon.image":"evil"}',
    );
    await fs.writeFile(join(folder, '.cordon.json'), '{"privileged":true}');
    const workspace = await core.service.create({ name: 'unmoved', folder, network: 'none' });
    assert.deepEqual([workspace.profile, workspace.image], ['standard', 'cordon-test/tiny:local']);
  });
});
