import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import Docker from 'dockerode';
import type { ContainerEngine } from '../../../src/workspaces/containerEngine.ts';
import {
  failsWith,
  shell,
  testEngine,
  testNetwork,
  tinyImage,
  tinySpec,
  type TestEngine,
} from '../../support/engine.ts';
import { until } from '../../support/until.ts';
import { testRecord } from '../../support/tinySpec.ts';

describe('containers of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let engine: ContainerEngine;
  let docker: Docker;

  before(async () => {
    test = await testEngine();
    ({ engine } = test);
    docker = new Docker({ socketPath: test.socketPath });
  });
  after(() => test.dispose());

  const stateOf = async (id: string) =>
    (await engine.listContainers()).find((container) => container.id === id)?.state;

  it('goes through a whole life, and asking twice is success', async () => {
    const workspaceId = test.newWorkspaceId();
    const id = await engine.createContainer(tinySpec(workspaceId));
    assert.deepEqual(await stateOf(id), { kind: 'creating', id });
    for (const step of ['start', 'pause', 'resume', 'stop'] as const) {
      await engine[`${step}Container`](id);
      await engine[`${step}Container`](id);
      const facts = await engine.inspectContainer(id);
      assert.equal(facts?.running, step !== 'stop', step);
      assert.equal(facts.paused, step === 'pause', step);
    }
    assert.equal((await stateOf(id))?.kind, 'stopped');
    await engine.removeContainer(id);
    await engine.removeContainer(id);
    assert.equal(await engine.inspectContainer(id), undefined);
    await engine.stopContainer(id);
  });

  it('stops and restarts a paused container', async () => {
    const id = await test.startContainer();
    await engine.pauseContainer(id);
    await engine.restartContainer(id);
    assert.equal((await stateOf(id))?.kind, 'running');
    await engine.pauseContainer(id);
    await engine.stopContainer(id);
    assert.equal((await stateOf(id))?.kind, 'stopped');
    await engine.restartContainer(id);
    assert.equal((await stateOf(id))?.kind, 'running');
  });

  it('lists what its labels hold, and tells an end by itself from a stop', async () => {
    const workspaceId = test.newWorkspaceId();
    const id = await test.startContainer({ workspaceId, command: ['sh', '-c', 'exit 3'] });
    await docker.getContainer(id).wait();
    const listed = (await engine.listContainers()).find((container) => container.id === id);
    assert.equal(listed?.workspaceId, workspaceId);
    assert.equal(listed.name, `cordon-${workspaceId}`);
    assert.equal(listed.record, testRecord());
    assert.equal(Math.abs(listed.createdAtSeconds - Date.now() / 1000) < 120, true);
    assert.equal(listed.state.kind, 'failed');
    assert.equal(listed.state.exitCode, 3);
  });

  it('are a workspace’s whatever labels their image has', async () => {
    const workspaceId = test.newWorkspaceId();
    const names = ['workspace.record', 'role', 'spec', 'copy.of'].map((name) => `cordon.${name}`);
    const source = await docker.createContainer({ Image: tinyImage });
    const image = `cordon-test/labelled:${workspaceId}`;
    try {
      const [repo, tag] = image.split(':');
      await source.commit({ repo, tag, changes: `LABEL ${names.map((name) => `${name}=proxy`).join(' ')}` });
      const events: string[] = [];
      const subscription = test.connection.onDidReceiveEvent((event) => {
        if (event.workspaceId === workspaceId) events.push(event.action);
      });
      const id = await test.startContainer({ workspaceId, image });
      await until(() => events.includes('start'));
      subscription.dispose();
      assert.equal((await stateOf(id))?.kind, 'running');
      assert.equal((await engine.listContainers()).find((found) => found.id === id)?.record, testRecord());
      assert.equal((await engine.inspectContainer(id))?.specFingerprint, '');
      assert.deepEqual(
        (await engine.listProxies()).filter((proxy) => proxy.id === id),
        [],
      );
      await engine.removeContainer(id);
      await docker.getImage(image).remove();
    } finally {
      await source.remove();
    }
  });

  it('takes the place of what an earlier create of the same workspace left', async () => {
    const spec = tinySpec(test.newWorkspaceId());
    const first = await engine.createContainer(spec);
    const second = await engine.createContainer(spec);
    assert.notEqual(first, second);
    assert.equal(await engine.inspectContainer(first), undefined);
  });

  it('never touches a container of somebody else that has the name', async () => {
    const spec = tinySpec(test.newWorkspaceId());
    for (const Labels of [{}, { 'cordon.managed': 'true', 'cordon.workspace.id': 'test-other' }]) {
      const foreign = await docker.createContainer({ name: spec.name, Image: tinyImage, Labels });
      try {
        await assert.rejects(engine.createContainer(spec), failsWith('conflict', new RegExp(spec.name)));
        await engine.removeEverythingOf(spec.workspaceId);
        assert.equal((await foreign.inspect()).Id, foreign.id);
      } finally {
        await foreign.remove();
      }
    }
  });

  it('renames and updates in place', async () => {
    const workspaceId = test.newWorkspaceId();
    const id = await test.startContainer({ workspaceId });
    await engine.renameContainer(id, `cordon-new-${workspaceId}`);
    await engine.renameContainer(id, `cordon-new-${workspaceId}`);
    await engine.updateContainer(id, { cpus: 400, memoryMiB: 64, pids: 32 });
    const facts = await engine.inspectContainer(id);
    assert.equal(facts?.memoryBytes, 64 * 1024 * 1024);
    assert.equal(facts.memorySwapBytes, facts.memoryBytes);
    assert.equal(facts.nanoCpus, engine.info.cpus * 1e9);
    assert.equal(facts.pidsLimit, 32);
    assert.equal((await stateOf(id))?.kind, 'running');
  });

  it('holds inside what the specification says', async () => {
    const workspaceId = test.newWorkspaceId();
    const networkId = await engine.createNetwork(testNetwork(workspaceId, false));
    const id = await test.startContainer({ workspaceId, network: 'own' }, networkId);
    const probe = await shell(
      engine,
      id,
      `id -u; id -g; grep -E 'CapBnd|NoNewPrivs|^Seccomp:' /proc/self/status | tr -s '\\t' ' ';
       touch /x 2>&1; grep ' /tmp ' /proc/mounts; stat -c '%a %u %g' /tmp; ulimit -n; ulimit -c;
       cat /proc/sys/net/ipv6/conf/all/disable_ipv6; cat /proc/1/comm`,
    );
    const lines = probe.stdout.trim().split('\n');
    assert.deepEqual(lines.slice(0, 2), ['1000', '1000']);
    assert.deepEqual(lines.slice(2, 5).sort(), ['CapBnd: 0000000000000000', 'NoNewPrivs: 1', 'Seccomp: 2']);
    assert.match(lines[5]!, /Read-only file system/);
    assert.match(lines[6]!, /^tmpfs \/tmp tmpfs rw,nosuid,nodev,noexec,.*size=16384k/);
    assert.deepEqual(lines.slice(7, 11), ['1777 1000 1000', '1024', '0', '1']);
    assert.match(lines[11]!, /docker-init|tini|init/);

    const facts = await engine.inspectContainer(id);
    assert.deepEqual(facts?.sharedNamespaces, []);
    assert.deepEqual(facts.capabilitiesDropped, ['ALL']);
    assert.equal(facts.publishedPorts, 0);
    assert.equal(facts.devices, 0);
    assert.equal(facts.networks.length, 1);
    assert.equal(facts.hasHealthcheck, false);
  });

  it('mounts folders whatever their names hold, read-only ones with no writable mount below', async () => {
    const parent = await mkdtemp(path.join(tmpdir(), 'cordon test:a,b 한국\n'));
    const run = promisify(execFile);
    await writeFile(path.join(parent, 'file'), 'seen');
    await run('mkdir', [path.join(parent, 'below')]);
    await run('mount', ['-t', 'tmpfs', 'tmpfs', path.join(parent, 'below')]);
    try {
      const id = await test.startContainer({
        user: { uid: 0, gid: 0 },
        mounts: [
          { source: parent, target: '/live', readOnly: false },
          { source: parent, target: '/ro', readOnly: true },
        ],
      });
      const probe = await shell(
        engine,
        id,
        'cat /ro/file; echo; touch /ro/x 2>&1; touch /ro/below/x 2>&1; touch /live/y && echo wrote',
      );
      const lines = probe.stdout.trim().split('\n');
      assert.equal(lines[0], 'seen');
      assert.match(lines[1]!, /Read-only/);
      assert.match(lines[2]!, /Read-only/);
      assert.equal(lines[3], 'wrote');
      const mounts = (await engine.inspectContainer(id))?.mounts.filter(({ type }) => type === 'bind') ?? [];
      assert.deepEqual(
        mounts.map(({ target, writable, propagation }) => ({ target, writable, propagation })).sort(byTarget),
        [
          { target: '/live', writable: true, propagation: 'rprivate' },
          { target: '/ro', writable: false, propagation: 'rprivate' },
        ],
      );
      assert.equal(mounts[0]?.source, parent);
    } finally {
      await run('umount', [path.join(parent, 'below')]);
      await rm(parent, { recursive: true });
    }
  });

  it('says what is missing: the folder, the image; and a missing program ends the container', async () => {
    const spec = tinySpec(test.newWorkspaceId());
    const missing = { source: '/no/such/folder', target: '/workspace', readOnly: false };
    await assert.rejects(
      engine.createContainer({ ...spec, mounts: [missing] }),
      failsWith('folderNotFound', new RegExp('/no/such/folder')),
    );
    await assert.rejects(
      engine.createContainer({ ...spec, image: 'cordon-test/none:local' }),
      failsWith('imageNotFound', new RegExp('cordon-test/none:local')),
    );
    // The init of the container starts, and ends with the shell's code for a program that is not there.
    const id = await engine.createContainer({ ...spec, command: ['no-such-program'] });
    await engine.startContainer(id);
    await docker.getContainer(id).wait();
    const state = await stateOf(id);
    assert.equal(state?.kind === 'failed' && state.exitCode, 127);
  });

  it('lets the command of an image wait for its input', async () => {
    const workspaceId = test.newWorkspaceId();
    const { command: _, ...spec } = tinySpec(workspaceId);
    const id = await engine.createContainer(spec);
    await engine.startContainer(id);
    assert.equal((await stateOf(id))?.kind, 'running');
    await engine.stopContainer(id);
  });

  it('finds files before the container ever ran', async () => {
    const id = await engine.createContainer(tinySpec(test.newWorkspaceId()));
    assert.equal(await engine.hasFile(id, '/bin/sh'), true);
    assert.equal(await engine.hasFile(id, '/bin/bash'), false);
    assert.equal(await engine.hasFile(id, '/bin'), false);
    assert.equal(await engine.hasFile(id, '/bin/../etc/passwd?x=1'), false);
  });

  it('follows the log of both streams until it is told to end', async () => {
    const line = 'echo out; echo err >&2; sleep 1000';
    const id = await test.startContainer({ command: ['sh', '-c', line] });
    const controller = new AbortController();
    const log = await engine.followLogs(id, controller.signal);
    let text = '';
    for await (const chunk of log as AsyncIterable<Buffer>) {
      text += chunk.toString();
      if (text.includes('out\n') && text.includes('err\n')) controller.abort();
    }
    assert.equal(text.length, 8);
  });

  it('follows only the last lines of a log where only those are asked for', async () => {
    const line = 'for i in 1 2 3 4 5; do echo line $i; done; exec sleep 1000';
    const id = await test.startContainer({ command: ['sh', '-c', line] });
    const read = async (lastLines?: number) => {
      const controller = new AbortController();
      let text = '';
      for await (const chunk of (await engine.followLogs(
        id,
        controller.signal,
        lastLines,
      )) as AsyncIterable<Buffer>) {
        text += chunk.toString();
        if (text.includes('line 5\n')) controller.abort();
      }
      return text;
    };
    assert.match(await read(), /^line 1\n/);
    assert.equal(await read(2), 'line 4\nline 5\n');
  });

  it('removes everything of a workspace, volumes included, and nothing else', async () => {
    const [gone, kept] = [test.newWorkspaceId(), test.newWorkspaceId()];
    const keptId = await test.startContainer({ workspaceId: kept });
    const networkId = await engine.createNetwork(testNetwork(gone, false));
    await test.startContainer({ workspaceId: gone, network: 'own' }, networkId);
    const stranger = await docker.createContainer({
      Image: tinyImage,
      Entrypoint: ['sleep', '1000'],
      HostConfig: { NetworkMode: networkId },
    });
    await stranger.start();
    const Labels = { 'cordon.managed': 'true', 'cordon.workspace.id': gone };
    await docker.createVolume({ Name: `cordon-${gone}`, Labels });
    try {
      await engine.removeEverythingOf(gone);
      await engine.removeEverythingOf(gone);
      const has = ({ workspaceId }: { workspaceId: string }) => workspaceId === gone;
      assert.equal((await engine.listContainers()).some(has), false);
      assert.equal((await engine.listNetworks()).some(has), false);
      const filters = { label: [`cordon.workspace.id=${gone}`] };
      assert.deepEqual((await docker.listVolumes({ filters: JSON.stringify(filters) })).Volumes, []);
      assert.equal((await engine.inspectContainer(keptId))?.running, true);
      assert.equal((await stranger.inspect()).State.Running, true);
    } finally {
      await stranger.remove({ force: true });
    }
  });
});

function byTarget(one: { target: string }, other: { target: string }): number {
  return one.target.localeCompare(other.target);
}
