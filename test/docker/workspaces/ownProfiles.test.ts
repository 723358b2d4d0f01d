import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { parseOwnProfiles } from '../../../src/isolation/ownProfiles.ts';
import { engineJson } from '../../host/engineRequest.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { failsWith, testEngine, type TestEngine } from '../../support/engine.ts';
import { openStandard } from '../../support/openStandard.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const own = parseOwnProfiles({
  ports: {
    extends: 'basic',
    capabilities: ['NET_BIND_SERVICE', 'CHOWN'],
    user: 'image',
    mount: 'readonly',
    network: 'none',
  },
  sealed: { extends: 'basic', capabilities: [], readOnlyRoot: true, network: 'none', openFiles: 300 },
  image: { extends: 'basic', user: 'image', mount: 'readonly', network: 'none' },
  slow: { extends: 'standard', network: 'none', diskReadMiBps: 3, diskWriteMiBps: 2 },
  calls: { extends: 'standard', network: 'none', seccomp: 'strict' },
  gvisor: { extends: 'standard', runtime: 'runsc-of-no-engine' },
});

describe('a profile of one’s own, in force', function () {
  this.timeout(120_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;

  const create = (profile: string) => core.service.create({ name: profile, folder, profile });
  const sh = async (id: string, line: string, user?: string) => {
    const result = await core.service.exec(id, ['sh', '-c', line], user === undefined ? {} : { user });
    return { code: result.exitCode, out: result.stdout.trim() };
  };
  const broken = async (id: string) =>
    (await core.service.isolationReport(id)).findings
      .filter(({ ok, severity }) => !ok && severity !== 'info')
      .map(({ id: finding, actual }) => `${finding}: ${actual}`);

  before(async () => {
    assert.deepEqual(own.broken, new Map());
    engine = await testEngine();
    core = workspacesOnEngine(engine.connection, undefined, { profileOf: (name) => openStandard(name, own) });
    folder = await temporaryFolder();
  });

  after(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  it('keeps exactly the capabilities that it names, for an image that runs as root', async () => {
    const { id } = await create('ports');
    const sets = await sh(id, 'id -u; grep -E "^Cap(Bnd|Eff):" /proc/self/status');
    assert.deepEqual(sets.out.match(/^0$|[0-9a-f]{16}/gm), ['0', '0000000000000401', '0000000000000401']);
    assert.match(
      (await sh(id, 'grep CapEff /proc/self/status', '7:7')).out,
      /0{16}$/,
      'none for another user',
    );
    assert.equal((await sh(id, 'touch /etc/a && chown 5:5 /etc/a && stat -c %u /etc/a')).out, '5');
    assert.notEqual((await sh(id, 'chmod 700 /etc/a')).code, 0, 'FOWNER was left out');
    assert.deepEqual(await broken(id), ['root-user: root, with capabilities']);
  });

  it('gives capabilities to nobody where the container does not run as root', async () => {
    const { id } = await core.service.create({ name: 'basic', folder, profile: 'basic', network: 'none' });
    assert.match((await sh(id, 'grep CapEff /proc/self/status')).out, /0{16}$/);
    assert.match((await sh(id, 'grep CapEff /proc/self/status', '0:0')).out, /0{16}$/);
  });

  it('takes away what it tightens', async () => {
    const { id } = await create('sealed');
    assert.notEqual((await sh(id, 'touch /etc/a', '0:0')).code, 0);
    assert.match((await sh(id, 'grep CapBnd /proc/self/status', '0:0')).out, /0{16}$/);
    assert.equal((await sh(id, 'ulimit -n')).out, '300');
    assert.deepEqual(await broken(id), []);
  });

  it('runs as the user of the image, who cannot write into the folder', async () => {
    const { id } = await create('image');
    assert.equal((await sh(id, 'id -u')).out, '0');
    assert.notEqual((await sh(id, 'touch /workspace/a || touch /workspace/hello.txt')).code, 0);
    assert.equal((await sh(id, 'touch /etc/a $HOME/a /tmp/a && echo written')).out, 'written');
    assert.deepEqual(
      (await broken(id)).filter((finding) => !finding.startsWith('root-user')),
      [],
    );
    await assert.rejects(
      core.service.create({ name: 'live', folder, profile: 'image', mount: 'live' }),
      failsWith('invalidRequest', /readonly/),
    );
  });

  it('slows the disk of the folder down, or says why it does not', async () => {
    const { id } = await create('slow');
    const finding = (await core.service.isolationReport(id)).findings.find(
      (each) => each.id === 'disk-speed',
    );
    assert.ok(finding);
    if (!finding.ok) {
      assert.match(finding.actual, /^not limited: /);
      return;
    }
    const inKernel = (
      await sh(
        id,
        'cd /sys/fs/cgroup; cat io.max blkio/blkio.throttle.read_bps_device blkio/blkio.throttle.write_bps_device 2>/dev/null; true',
      )
    ).out;
    assert.match(inKernel, /\b3145728\b/);
    assert.match(inKernel, /\b2097152\b/);
  });

  it('has the strict filter where it asks for it', async () => {
    const { id } = await create('calls');
    const { findings } = await core.service.isolationReport(id);
    assert.equal(findings.find((each) => each.id === 'seccomp')?.actual, 'strict (Cordon)');
    assert.notEqual((await sh(id, 'unshare -U true')).code, 0);
  });

  it('does not start without the runtime that it asks for, and leaves nothing behind', async () => {
    await assert.rejects(create('gvisor'), failsWith('isolationNotHeld', /runsc-of-no-engine/));
    const { Runtimes } = (await engineJson(engine.socketPath, 'GET', '/info')) as { Runtimes: object };
    assert.equal('runsc-of-no-engine' in Runtimes, false);
    const names = (await managedResources(engine.socketPath)).map(({ name }) => name);
    assert.deepEqual(
      names.filter((name) => name.includes('gvisor')),
      [],
    );
  });
});
