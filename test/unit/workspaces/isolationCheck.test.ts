import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { type FakeEngine, finishedProcess } from '../../support/fakeEngine.ts';
import { probeText } from '../../support/probeText.ts';
import { withoutWaiting } from '../../support/withoutWaiting.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('the isolation check at a start', () => {
  const create = async (change: (engine: FakeEngine) => void, request = {}) => {
    const core = workspacesOnFake();
    change(core.engine);
    const code = await codeOf(core.service.create({ name: 'demo', folder, ...request }));
    return { ...core, code, workspace: core.service.list()[0] };
  };
  const findingOf = async ({ service, workspace }: Awaited<ReturnType<typeof create>>, id: string) => {
    const report = await service.isolationReport(workspace!.id);
    return report.findings.find((finding) => finding.id === id);
  };

  it('gives a grade, which the workspace keeps while its container runs', async () => {
    const made = await create(() => undefined);
    const { service } = made;
    const id = made.workspace!.id;
    assert.equal(made.workspace?.isolation?.grade, 'A');
    assert.equal((await service.stop(id)).isolation, undefined);
    assert.equal((await service.start(id)).isolation?.grade, 'A');
    const before = (await service.restart(id)).isolation!.checkedAt;
    assert.equal((await service.pause(id)).isolation?.checkedAt, before);
    assert.equal((await service.resume(id)).isolation?.checkedAt, before);

    made.engine.probe = (spec) => probeText(spec).replace('closed /etc', 'writable /tmp/..');
    made.engine.factsOf = (container, base) => ({ ...base, id: container.id, init: false });
    assert.equal((await service.isolationReport(id)).grade, 'B');
    assert.equal(service.get(id)?.isolation?.grade, 'B');
  });

  it('stops a start that the probe proves to be broken, and leaves nothing', async () => {
    for (const [from, to] of [
      ['status CapEff:\t0000000000000000', 'status CapEff:\t0000003fffffffff'],
      ['status NoNewPrivs:\t1', 'status NoNewPrivs:\t0'],
      ['end\n', 'socket /run/docker.sock\nend\n'],
      ['end\n', 'device block sda\nend\n'],
      ['end\n', 'mount /root /host ro - ext4 /dev/sda rw\nend\n'],
    ] as const) {
      const { code, engine, service } = await create((fake) => {
        fake.probe = (spec, targets) => probeText(spec, targets).replace(from, to);
      });
      assert.equal(code, 'isolationNotHeld', to);
      assert.deepEqual([engine.containers.size, engine.networks.size, service.list()], [0, 0, []]);
    }
  });

  it('stops a start whose network is cut off and finds a name outside', async () => {
    for (const network of ['isolated', 'filtered', 'open']) {
      const { code } = await create(
        (fake) => {
          fake.probe = (...asked) => probeText(...asked).replace('lookup none', 'lookup answered');
        },
        { network },
      );
      assert.equal(code, network === 'open' ? 'resolved' : 'isolationNotHeld', network);
    }
  });

  it('asks the proxy for a name that its rules let through, and starts where that is refused', async () => {
    const asked: (string | undefined)[] = [];
    const made = await create(
      (fake) => {
        fake.probe = (...of) => {
          asked.push(of[3]);
          return probeText(...of).replace(/^allows 405$/m, 'allows 403');
        };
      },
      { network: 'filtered', egress: { allow: ['*.b.example.org', 'a.example.org'], deny: [] } },
    );
    assert.deepEqual([made.code, asked], ['resolved', ['a.example.org']]);
    assert.equal((await findingOf(made, 'inside-proxy-allows'))?.status, 'broken');
    await made.service.update(made.workspace!.id, { egress: { allow: ['*.b.example.org'], deny: [] } });
    assert.equal(await findingOf(made, 'inside-proxy-allows'), undefined);
  });

  it('does the same at a start and a restart of a container that exists', async () => {
    for (const operation of ['start', 'restart'] as const) {
      const { service, engine, workspace } = await create(() => undefined);
      if (operation === 'start') await service.stop(workspace!.id);
      engine.probe = (spec) => probeText(spec).replace('status Seccomp:\t2', 'status Seccomp:\t0');
      assert.equal(await codeOf(service[operation](workspace!.id)), 'isolationNotHeld');
      assert.equal(engine.containers.size, 0);
      assert.equal(service.get(workspace!.id)?.isolation, undefined);
    }
  });

  const looksOf = (engine: FakeEngine) =>
    engine.calls.filter((call) => call === 'attachMainProcess' || call === 'startProcess');

  it('has the main process look before it sleeps, at each start', async () => {
    const { engine, service, workspace } = await create(() => undefined);
    assert.deepEqual(looksOf(engine), ['attachMainProcess']);
    await service.restart(workspace!.id);
    assert.deepEqual(looksOf(engine), ['attachMainProcess', 'attachMainProcess']);
    await service.isolationReport(workspace!.id);
    assert.deepEqual(looksOf(engine).at(-1), 'startProcess', 'later it sleeps');
  });

  it('looks by a command where the main process is no shell that waits', async () => {
    const noShell = await create((fake) => fake.files.delete('/bin/sh'));
    assert.deepEqual(looksOf(noShell.engine), ['startProcess']);
    const ofOldVersion = await create((fake) => {
      fake.factsOf = ({ id }, base) => ({ ...base, id, command: ['sleep', '2147483647'] });
    });
    await ofOldVersion.service.restart(ofOldVersion.workspace!.id);
    assert.deepEqual(looksOf(ofOldVersion.engine), ['attachMainProcess', 'startProcess']);
  });

  it('lets no answer from inside mend what the engine proves', async () => {
    const { code } = await create((fake) => {
      fake.factsOf = (container, base) => ({ ...base, id: container.id, privileged: true });
    });
    assert.equal(code, 'isolationNotHeld');
  });

  it('tries the gateway, this machine, the metadata service and the internet from an isolated workspace', async () => {
    const tried: string[] = [];
    const made = await create(
      (fake) => {
        fake.probe = (spec, targets) => {
          tried.push(...(targets ?? []));
          return probeText(spec, targets);
        };
      },
      { network: 'isolated' },
    );
    assert.equal(made.code, 'resolved');
    assert.deepEqual(tried, ['192.0.2.254 80', '192.0.2.1 80', '169.254.169.254 80', '1.1.1.1 80']);
    made.engine.probe = (spec, targets) =>
      probeText(spec, targets).replace('192.0.2.1 80 none', '192.0.2.1 80 open');
    assert.deepEqual((await findingOf(made, 'unreachable'))?.actual, 'answers: 192.0.2.1');
  });

  describe('beside a process that the engine is just starting', () => {
    withoutWaiting();

    it('looks again, and is not misled by a name', async () => {
      const starting = 'process 21 0 000001ffffffffff 0 0 runc:[2:INIT]  \n';
      const made = await create(() => undefined);
      let looks = 0;
      made.engine.probe = (spec, targets) =>
        probeText(spec, targets).replace(/^end$/m, () => (looks++ === 0 ? `${starting}end` : 'end'));
      assert.equal((await findingOf(made, 'processes'))?.ok, true);
      assert.equal(looks, 2);
      made.engine.probe = (spec, targets) => probeText(spec, targets).replace(/^end$/m, `${starting}end`);
      assert.equal((await findingOf(made, 'processes'))?.actual, 'not: runc:[2:INIT] (21)');
    });
  });

  it('refuses a network that the engine made weaker than it was asked to', async () => {
    const { code } = await create(
      (fake) => {
        const find = fake.findNetworks.bind(fake);
        fake.findNetworks = async (id) =>
          (await find(id)).map((network) => ({ ...network, driver: 'bridge' }));
      },
      { network: 'isolated' },
    );
    assert.equal(code, 'isolationNotHeld');
  });

  const silent: Readonly<Record<string, FakeEngine['process']>> = {
    'ends with nothing': () => finishedProcess(0),
    'prints nonsense': () => finishedProcess(0, 'all is well\nend\n'),
    'has no shell': () => finishedProcess(127),
    'cannot be started': () => {
      throw new Error('no exec today');
    },
    'prints without end': () => ({
      ...finishedProcess(0),
      stdout: new Readable({
        read() {
          this.push(Buffer.alloc(65_536, 'x'));
        },
      }),
    }),
  };
  for (const [what, process] of Object.entries(silent))
    it(`starts with a B, everything unproven, where the probe ${what}`, async () => {
      const made = await create((fake) => {
        const startProcess = fake.startProcess.bind(fake);
        fake.attachMainProcess = (containerId) =>
          Promise.resolve().then(() => process({ containerId, command: [], cwd: '/', env: {}, stdin: true }));
        fake.startProcess = (request) =>
          request.command[3] === 'cordon-probe'
            ? Promise.resolve().then(() => process(request))
            : startProcess(request);
      });
      assert.equal(made.code, 'resolved');
      assert.equal(made.workspace?.isolation?.grade, 'B');
      assert.equal((await findingOf(made, 'inside-capabilities'))?.status, 'unproven');
      assert.equal((await findingOf(made, 'capabilities'))?.status, 'holds');
    });
});
