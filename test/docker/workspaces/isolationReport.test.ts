import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { buildContainerSpec } from '../../../src/isolation/buildSpec.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { engineJson } from '../../host/engineRequest.mjs';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { startChangingEngine, type Changes } from '../../support/changingEngine.ts';
import { connectTo, testEngine, testMarks, type TestEngine } from '../../support/engine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { probeText } from '../../support/probeText.ts';
import { tinyImage } from '../../support/tinySpec.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { findProfile } from '../../../src/isolation/ownProfiles.ts';

const liarImage = 'cordon-test/liar:local';
const noShellImage = 'cordon-test/noshell:local';

describe('the isolation report of a real container', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;

  before(async () => {
    engine = await testEngine();
    await ensureImages({
      socketPath: engine.socketPath,
      wanted: [debianImage, tinyImage, liarImage, noShellImage],
    });
    // another window sees to it that what is wrong is told, and the workspace paused
    const marks = { has: (name: string) => testMarks.has(name), leave: () => Promise.resolve(false) };
    core = workspacesOnEngine(engine.connection, new MemoryStorage(), { marks });
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    assert.deepEqual(await managedResources(engine.socketPath), []);
  });
  after(async () => {
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  const create = (request: Record<string, unknown> = {}) =>
    core.service.create({ name: 'demo', folder, image: tinyImage, network: 'none', ...request });
  const reportOf = async ({ id }: Workspace) => {
    const report = await core.service.isolationReport(id);
    const ids = (status: string) =>
      report.findings.filter((one) => one.status === status).map((one) => one.id);
    return { ...report, broken: ids('broken'), unproven: ids('unproven'), holds: ids('holds') };
  };
  const containerOf = ({ container }: Workspace) => {
    assert.equal(container.kind, 'running');
    return container.id;
  };
  const call = (method: string, path: string, value?: unknown) =>
    engineJson(engine.socketPath, method, path, value === undefined ? {} : { value });

  for (const image of [tinyImage, debianImage])
    for (const network of ['open', 'isolated', 'none'])
      it(`gives an A to ${image} with the network ${network}, engine and inside agreeing`, async () => {
        const neighbour = await create({ name: 'neighbour', network: 'open' });
        const workspace = await create({ image, network });
        assert.equal(workspace.isolation?.grade, 'A');
        const report = await reportOf(workspace);
        assert.deepEqual([report.broken, report.unproven], [[], []]);
        for (const id of [
          'capabilities',
          'inside-capabilities',
          'inside-seccomp',
          'processes',
          'inside-pids',
        ])
          assert.ok(report.holds.includes(id), id);
        const tried = report.findings.find(({ id }) => id === 'unreachable')?.expected;
        if (network === 'none') assert.equal(tried, undefined);
        else assert.match(tried ?? '', /^no answer from \d+\.\d+\.\d+\.\d+/);
        assert.equal(report.holds.includes('inside-dns'), network === 'isolated');
        assert.equal(neighbour.isolation?.grade, 'A');
      });

  it('gives an A to basic, whose root can be written, and to strict', async () => {
    for (const profile of ['basic', 'strict']) {
      const workspace = await create({ name: profile, profile, network: undefined, image: debianImage });
      const { grade, broken } = await reportOf(workspace);
      assert.deepEqual([grade, broken], ['A', []], profile);
    }
  });

  it('calls what it cannot see unproven in an image without a shell, which starts all the same', async () => {
    const workspace = await create({ image: noShellImage });
    assert.equal(workspace.isolation?.grade, 'B');
    const { broken, unproven, holds } = await reportOf(workspace);
    assert.deepEqual(broken, []);
    assert.ok(unproven.includes('inside-capabilities') && unproven.includes('inside-devices'));
    assert.ok(holds.includes('capabilities') && holds.includes('seccomp') && holds.includes('mounts'));
  });

  describe('with a shell that lies', () => {
    const lie = (script: string) => fs.writeFile(join(folder, 'lie'), script);
    const lies: Readonly<Record<string, string>> = {
      'says nothing': 'exit 0',
      'says that all is well': 'echo all is well',
      'says so for ever': 'while :; do echo cordon-probe 1; done',
      'does not come back': '/bin/busybox sleep 30',
      'prints what clears a screen': 'printf "cordon-probe 1\\nclosed /\\033[2J\\nend\\n"',
    };
    for (const [what, script] of Object.entries(lies))
      it(`leaves everything from inside unproven when it ${what}`, async () => {
        await lie(script);
        const workspace = await create({ image: liarImage });
        const { grade, broken, unproven, holds } = await reportOf(workspace);
        assert.deepEqual([grade, broken], ['B', []]);
        assert.ok(unproven.includes('inside-capabilities'));
        assert.ok(holds.includes('capabilities'));
      });

    it('cannot mend what the engine proves', async () => {
      await lie('exit 0');
      const workspace = await create({ image: liarImage });
      const { uid, gid } = await fs.stat(folder);
      const spec = buildContainerSpec({
        ...workspace,
        ...{ folder, user: { uid, gid }, profile: findProfile('standard'), mainProcess: 'shell', record: {} },
        ...{ imageVolumes: [], protection: { readOnly: [], masked: [], pinned: [] }, engineCpus: 2 },
      });
      await lie(`printf '%s' '${probeText(spec)}'`);
      const honest = await reportOf(workspace);
      assert.deepEqual([honest.grade, honest.unproven], ['A', []], 'the lie is believed as far as it goes');
      await call('POST', `/containers/${containerOf(workspace)}/update`, { PidsLimit: 100_000 });
      await call('POST', '/networks/bridge/connect', { Container: containerOf(workspace) }).catch(
        () => undefined,
      );
      const { grade, broken } = await reportOf(workspace);
      assert.equal(grade === 'A' || grade === 'B', false);
      assert.ok(broken.includes('pids'));
    });

    it('stops its own start by telling of a failure', async () => {
      await lie('printf "cordon-probe 1\\nsocket /run/docker.sock\\nmount / / ro - x x x\\nend\\n"');
      assert.equal(await codeOf(create({ image: liarImage })), 'isolationNotHeld');
      assert.deepEqual(core.service.list(), []);
    });
  });

  describe('of a container that somebody changed', () => {
    it('finds raised limits', async () => {
      const workspace = await create();
      const raised = { Memory: 1 << 30, MemorySwap: 2 ** 31, PidsLimit: 5000, NanoCpus: 2_000_000_000 };
      await call('POST', `/containers/${containerOf(workspace)}/update`, raised);
      const { grade, broken } = await reportOf(workspace);
      assert.equal(grade, 'C');
      for (const id of ['memory', 'swap', 'pids', 'cpu', 'inside-memory', 'inside-pids', 'inside-cpu'])
        assert.ok(broken.includes(id), id);
      assert.equal(core.service.get(workspace.id)?.isolation?.grade, 'C');
    });

    it('finds a second network', async () => {
      const workspace = await create({ network: 'open' });
      await call('POST', '/networks/bridge/connect', { Container: containerOf(workspace) });
      const { grade, broken } = await reportOf(workspace);
      assert.equal(grade, 'F');
      for (const id of ['network', 'inside-interfaces']) assert.ok(broken.includes(id), id);
      await assert.rejects(core.service.restart(workspace.id), { code: 'isolationNotHeld' });
      assert.equal(core.service.get(workspace.id)?.container.kind, 'absent');
    });

    it('finds a name outside that is found in an isolated network', async () => {
      const workspace = await create({ network: 'isolated', profile: 'basic', image: debianImage });
      const line = 'echo 2001:db8::1 example.com >>/etc/hosts';
      await core.service.exec(workspace.id, ['sh', '-c', line], { user: '0:0' });
      const { grade, broken } = await reportOf(workspace);
      assert.deepEqual([grade, broken], ['F', ['inside-dns']]);
    });

    it('finds a command of root, by the engine and from inside, as long as it runs', async () => {
      const workspace = await create();
      const stop = new AbortController();
      const running = core.service
        .exec(workspace.id, ['sh', '-c', 'exec sleep 60'], { user: '0:0', signal: stop.signal })
        .catch(() => undefined);
      const hasStarted = async () =>
        (await core.service.exec(workspace.id, ['sh', '-c', 'ps | grep -q "[s]leep 60"'])).exitCode === 0;
      while (!(await hasStarted()));
      const { grade, broken } = await reportOf(workspace);
      assert.deepEqual([grade, broken], ['C', ['root-commands', 'root-processes']]);
      stop.abort();
      await running;
      // What ends it runs as root, too, and for a moment longer.
      while ((await reportOf(workspace)).grade !== 'A');
    });
  });

  describe('with an engine that does not do what it was asked and says that it did', () => {
    const attempt = async (changes: Changes, request: Record<string, unknown> = {}) => {
      const changing = await startChangingEngine(engine.socketPath, changes);
      const connection = connectTo(`unix://${changing.socketPath}`);
      const other = workspacesOnEngine(connection);
      try {
        return await other.service.create({
          name: 'weak',
          folder,
          image: tinyImage,
          network: 'none',
          ...request,
        });
      } finally {
        for (const { id } of other.service.list()) await other.service.remove(id);
        assert.deepEqual(await managedResources(engine.socketPath), [], 'nothing is left');
        other.dispose();
        connection.dispose();
        await changing.close();
      }
    };

    it('starts and gives an A where it changes nothing', async () => {
      assert.equal((await attempt({})).isolation?.grade, 'A');
    });

    const critical: Readonly<Record<string, readonly [title: RegExp, Changes]>> = {
      capabilities: [
        /Capabilities, as the kernel has them/,
        {
          create: ({ HostConfig }) => (HostConfig['CapDrop'] = []),
          inspect: ({ HostConfig }) => (HostConfig['CapDrop'] = ['ALL']),
        },
      ],
      'no new privileges': [
        /No new privileges, as the kernel has it/,
        {
          create: ({ HostConfig }) => (HostConfig['SecurityOpt'] = []),
          inspect: ({ HostConfig }) => (HostConfig['SecurityOpt'] = ['no-new-privileges']),
        },
      ],
      seccomp: [
        /System calls filtered, as the kernel has it/,
        {
          create: ({ HostConfig }) =>
            (HostConfig['SecurityOpt'] = ['no-new-privileges', 'seccomp=unconfined']),
          inspect: ({ HostConfig }) => (HostConfig['SecurityOpt'] = ['no-new-privileges']),
        },
      ],
      'a mount of the host': [
        /Nothing else is mounted: \/host/,
        {
          create: ({ HostConfig }) => (HostConfig['Binds'] = ['/usr/share:/host:ro']),
          inspect: (answer) =>
            (answer.Mounts = answer.Mounts.filter(({ Destination }) => Destination !== '/host')),
        },
      ],
      'a device': [
        /Devices that can be seen: fuse/,
        {
          create: ({ HostConfig }) =>
            (HostConfig['Devices'] = [
              { PathOnHost: '/dev/zero', PathInContainer: '/dev/fuse', CgroupPermissions: 'rwm' },
            ]),
          inspect: ({ HostConfig }) => (HostConfig['Devices'] = []),
        },
      ],
      'the paths of the kernel': [
        /Paths of the kernel, hidden or read-only/,
        {
          create: ({ HostConfig }) => Object.assign(HostConfig, { MaskedPaths: [], ReadonlyPaths: [] }),
          inspect: ({ HostConfig }) => Object.assign(HostConfig, promisedPaths),
        },
      ],
      'another user': [
        /User, as the kernel has it/,
        {
          create: (body) => (body['User'] = '1234:1234'),
          inspect: ({ Config }) => ((Config as Record<string, unknown>)['User'] = promisedUser),
        },
      ],
    };
    let promisedUser = '';
    let promisedPaths: Record<string, unknown> = {};
    before(async () => {
      const workspace = await create();
      const { Config, HostConfig } = (await call('GET', `/containers/${containerOf(workspace)}/json`)) as {
        Config: { User: string };
        HostConfig: { MaskedPaths: unknown; ReadonlyPaths: unknown };
      };
      promisedUser = Config.User;
      promisedPaths = { MaskedPaths: HostConfig.MaskedPaths, ReadonlyPaths: HostConfig.ReadonlyPaths };
      await core.service.remove(workspace.id);
    });
    for (const [what, [title, changes]] of Object.entries(critical))
      it(`refuses to start with ${what} other than promised, and leaves nothing`, async () => {
        await assert.rejects(attempt(changes), (error: Error & { code?: string }) => {
          assert.equal(error.code, 'isolationNotHeld');
          assert.match(error.message, title);
          return true;
        });
      });

    it('starts with a C where only a limit is not held', async () => {
      const weak = await attempt({
        create: ({ HostConfig }) => (HostConfig['PidsLimit'] = 0),
        inspect: ({ HostConfig }) => (HostConfig['PidsLimit'] = 128),
      });
      assert.equal(weak.isolation?.grade, 'C');
    });
  });
});
