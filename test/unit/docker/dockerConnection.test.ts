import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { mock } from 'node:test';
import { DockerConnection } from '../../../src/docker/dockerConnection.ts';
import type { EngineCandidate } from '../../../src/docker/engineCandidates.ts';
import { engineEndpoint } from '../../../src/docker/engineEndpoint.ts';
import type { EngineState } from '../../../src/workspaces/containerEngine.ts';
import { failsWith } from '../../support/engine.ts';
import { startFakeEngine, type FakeEngineServer } from '../../support/fakeEngineServer.ts';
import { MemoryLog } from '../../support/memoryLog.ts';

const version = {
  ApiVersion: '1.47',
  MinAPIVersion: '1.24',
  Version: '27.0',
  Platform: { Name: 'Docker Desktop' },
};
const info = {
  OSType: 'linux',
  NCPU: 4,
  MemTotal: 8 * 1024 ** 3,
  KernelVersion: '6.1.0',
  DockerRootDir: '/d',
};

const noAddresses = { range: () => '', takenHere: () => Promise.resolve([]) };

describe('DockerConnection', () => {
  const servers: FakeEngineServer[] = [];
  const connections: DockerConnection[] = [];
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.dispose();
    for (const server of servers.splice(0)) await server.close();
    mock.timers.reset();
  });

  /** An engine that says this of itself and then is silent on its stream of events. */
  async function fake(answers: { version?: unknown; info?: unknown } = {}) {
    const requests: string[] = [];
    const server = await startFakeEngine((request: IncomingMessage, response: ServerResponse) => {
      const url = request.url ?? '';
      requests.push(url);
      const [path = ''] = url.split('?');
      if (path.endsWith('/version')) response.end(JSON.stringify(answers.version ?? version));
      else if (path.endsWith('/info')) response.end(JSON.stringify(answers.info ?? info));
      else if (path.endsWith('/events')) response.writeHead(200).flushHeaders();
      else response.end('[]');
    });
    servers.push(server);
    return { ...server, requests };
  }

  function candidate(endpoint: string, isExplicit = false): EngineCandidate {
    return { endpoint, chosenBecause: 'a test', isExplicit, target: engineEndpoint(endpoint) };
  }

  function connect(...candidates: EngineCandidate[]) {
    const states: EngineState['kind'][] = [];
    const connection = new DockerConnection({
      log: new MemoryLog(),
      addresses: noAddresses,
      candidates: () => Promise.resolve(candidates),
    });
    connection.onDidChangeState(({ kind }) => states.push(kind));
    connections.push(connection);
    return { connection, states };
  }

  it('asks nobody before it is needed, and connects once for all who wait', async () => {
    const server = await fake();
    const { connection, states } = connect(candidate(server.endpoint));
    assert.equal(connection.state.kind, 'idle');
    assert.equal(server.requests.length, 0);
    const engines = await Promise.all([connection.get(), connection.get(), connection.get()]);
    assert.equal(new Set(engines).size, 1);
    assert.deepEqual(states, ['connecting', 'connected']);
    assert.deepEqual(
      server.requests.map((url) => url.split('?')[0]),
      ['/version', '/info', '/v1.47/events', '/v1.47/events'],
    );
    assert.deepEqual(engines[0].info, {
      product: 'Docker Desktop',
      version: '27.0',
      apiVersion: '1.47',
      endpoint: server.endpoint,
      chosenBecause: 'a test',
      rootless: false,
      cpus: 4,
      memoryMiB: 8192,
      runtimes: [],
      // What it does not say, it cannot.
      support: {
        cgroupVersion: '',
        memory: false,
        swap: false,
        pids: false,
        cpu: false,
        diskSpeed: false,
        seccomp: false,
        ownSeccomp: true,
        apparmor: false,
        selinux: false,
      },
      dataFolder: '/d',
    });
  });

  it('takes the first that answers', async () => {
    const [one, other] = [await fake(), await fake()];
    const absent = candidate('unix:///no/such.sock');
    const { connection } = connect(absent, candidate(one.endpoint), candidate(other.endpoint));
    assert.equal((await connection.get()).info.endpoint, one.endpoint);
    assert.equal(other.requests.length, 0);
  });

  it('speaks no newer version than it knows', async () => {
    const server = await fake({ version: { ...version, ApiVersion: '1.99' } });
    const { connection } = connect(candidate(server.endpoint));
    assert.equal((await connection.get()).info.apiVersion, '1.51');
  });

  it('knows Podman and rootless engines', async () => {
    const server = await fake({
      version: { ...version, ApiVersion: '1.41', Components: [{ Name: 'Podman Engine' }] },
      info: { ...info, SecurityOptions: ['name=seccomp', 'name=rootless'] },
    });
    const { info: found } = await connect(candidate(server.endpoint)).connection.get();
    assert.deepEqual([found.product, found.rootless], ['Podman Engine', true]);
  });

  it('refuses an engine that is too old, too new, or runs Windows containers', async () => {
    const unsupported = [
      { version: { ...version, ApiVersion: '1.40' } },
      { version: { ...version, ApiVersion: '1.99', MinAPIVersion: '1.60' } },
      { info: { ...info, OSType: 'windows' } },
    ];
    for (const answers of unsupported) {
      const server = await fake(answers);
      const { connection } = connect(candidate(server.endpoint));
      await assert.rejects(connection.get(), failsWith('engineUnsupported'));
      assert.equal(connection.state.kind, 'unavailable');
    }
  });

  it('says of every place what was wrong there', async () => {
    const damaged = await fake({ version: { hello: 1 } });
    const { connection } = connect(
      candidate('unix:///no/such.sock'),
      candidate(damaged.endpoint),
      candidate('nonsense'),
    );
    await assert.rejects(connection.get(), failsWith('engineUnavailable'));
    assert.ok(connection.state.kind === 'unavailable');
    const problems = connection.state.attempts.map(({ problem }) => problem);
    assert.match(problems[0]!, /No engine listens there/);
    assert.match(problems[1]!, /cannot be understood/);
    assert.match(problems[2]!, /“nonsense” is not an engine’s address/);
  });

  it('offers what to start when nothing is there at all', async () => {
    const { connection } = connect(candidate('unix:///no/a.sock'), candidate('unix:///no/b.sock'));
    await assert.rejects(connection.get(), failsWith('engineUnavailable', /2 usual places. Start Docker/));
    const chosen = connect(candidate('unix:///no/a.sock', true));
    await assert.rejects(
      chosen.connection.get(),
      failsWith('engineUnavailable', /chosen.*unix:\/\/\/no\/a\.sock/),
    );
  });

  it('comes back by itself, and sooner when asked', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    const candidates = [candidate('unix:///no/such.sock')];
    const { connection, states } = connect();
    const looking = new DockerConnection({
      log: new MemoryLog(),
      addresses: noAddresses,
      candidates: () => Promise.resolve(candidates),
    });
    connections.push(looking);
    const changes: EngineState['kind'][] = [];
    const back = new Promise<void>((resolve) => {
      looking.onDidChangeState(({ kind }) => {
        changes.push(kind);
        if (kind === 'connected') resolve();
      });
    });
    await assert.rejects(looking.get(), failsWith('engineUnavailable'));
    candidates[0] = candidate((await fake()).endpoint);
    // half a second is the longest first pause
    mock.timers.tick(500);
    await back;
    assert.deepEqual(changes, ['connecting', 'unavailable', 'connected']);
    await assert.rejects(connection.get(), failsWith('engineUnavailable'));
    assert.deepEqual(states, ['connecting', 'unavailable']);
  });

  for (const [endpoint, longestMs] of [
    ['unix:///no/such.sock', 3000],
    ['tcp://127.0.0.1:1', 30_000],
  ] as const)
    it(`looks at ${endpoint} every ${longestMs / 1000} s, however long it is away`, async () => {
      mock.timers.enable({ apis: ['setTimeout'] });
      const stepMs = 250;
      let nowMs = 0;
      const triesMs: number[] = [];
      const looking = new DockerConnection({
        log: new MemoryLog(),
        addresses: noAddresses,
        candidates: () => {
          triesMs.push(nowMs);
          return Promise.resolve([candidate(endpoint)]);
        },
      });
      connections.push(looking);
      await assert.rejects(looking.get(), failsWith('engineUnavailable'));
      for (; nowMs < 120_000; nowMs += stepMs) {
        mock.timers.tick(stepMs);
        for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      }
      const pausesMs = triesMs.slice(1).map((atMs, index) => atMs - triesMs[index]!);
      assert.ok(Math.max(...pausesMs) <= longestMs + stepMs, pausesMs.join(' '));
      assert.ok(Math.max(...pausesMs) >= longestMs - stepMs, pausesMs.join(' '));
    });

  it('does not keep waiting those who gave up, or anybody once it is disposed', async () => {
    const server = await startFakeEngine(() => undefined);
    servers.push(server);
    const { connection } = connect(candidate(server.endpoint));
    const controller = new AbortController();
    const waiting = assert.rejects(connection.get(controller.signal), failsWith('cancelled'));
    controller.abort();
    await waiting;
    const other = assert.rejects(connection.get());
    connection.dispose();
    await other;
    await assert.rejects(connection.get());
  });
});
