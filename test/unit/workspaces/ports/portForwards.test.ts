import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { mock } from 'node:test';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { ProcessRequest } from '../../../../src/workspaces/engineProcesses.ts';
import type { ForwardedPort } from '../../../../src/workspaces/ports/portForwards.ts';
import type { PortRule } from '../../../../src/workspaces/ports/portRules.ts';
import type { Surroundings } from '../../../../src/workspaces/surroundings.ts';
import { relays } from '../../../../src/workspaces/ports/relays.ts';
import { Emitter } from '../../../../src/shared/event.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { FakeProcess } from '../../../support/fakeProcess.ts';
import { Arrivals } from '../../../support/vscode/events.ts';
import { statsOf } from '../../../support/watchedStore.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

const listening8080 = '  sl  local_address\n   0: 0100007F:1F90 00000000:0000 0A 0\n';

/** An image in which programs answer as they are told, and relays run until a test ends them. */
async function container({
  has = ['perl'],
  table = listening8080,
  rules = [],
  engine = new FakeEngine(),
  overrides,
}: {
  has?: string[];
  table?: string;
  rules?: readonly PortRule[];
  engine?: FakeEngine;
  overrides?: Partial<Surroundings>;
} = {}) {
  const changedRules = new Emitter<undefined>();
  const own = { rules };
  const parts = workspacesOnFake({
    engine,
    portRules: () => own.rules,
    onDidChangePortRules: changedRules.event,
    ...overrides,
  });
  const asked: string[] = [];
  const relayed = new Arrivals<FakeProcess>();
  const image = { has, table };
  engine.process = (request: ProcessRequest) => {
    const [program = '', ...args] = request.command;
    if (program === 'cat') return finishedProcess(0, image.table);
    if (program === 'sh') return finishedProcess(0, '0');
    const known = relays.find(({ check }) => check.join(' ') === request.command.join(' '));
    if (known) {
      asked.push(known.name);
      return finishedProcess(0, image.has.includes(known.name) ? 'ready' : 'not found');
    }
    assert.ok(args.length > 0);
    const process = Object.assign(new FakeProcess(request), { stderr: new PassThrough() });
    relayed.add(process);
    return process;
  };
  const { id } = await parts.service.create({ name: 'demo', folder });
  const relay = () => relayed.next(() => 'No relay was started');
  const setRules = (next: readonly PortRule[]) => {
    own.rules = next;
    changedRules.fire(undefined);
  };
  return { ...parts, id, asked, image, relay, setRules };
}

async function dial({ localAddress, localPort }: ForwardedPort): Promise<Socket> {
  const socket = connect({ host: localAddress, port: localPort, allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

describe('a forwarded port', () => {
  const open: { dispose(): void }[] = [];
  const given = async (...args: Parameters<typeof container>) => {
    const parts = await container(...args);
    open.push(parts);
    return parts;
  };
  afterEach(() => {
    for (const parts of open.splice(0)) parts.dispose();
  });

  it('gives each connection a relay to where something listens', async () => {
    const { service, id, relay } = await given();
    const forwarded = await service.forwardPort(id, 8080);
    assert.equal(forwarded.localAddress, '127.0.0.1');
    const socket = await dial(forwarded);
    const process = await relay();
    assert.deepEqual(process.request.command.slice(-2), ['127.0.0.1', '8080']);
    assert.equal(process.request.command[0], 'perl');
    process.print('hello');
    assert.equal(String(((await once(socket, 'data')) as [Buffer])[0]), 'hello');
    process.exit(0);
    socket.end();
    assert.equal(await text(socket), '');
  });

  it('is one, also for those who want it at the same time', async () => {
    const { service, id } = await given();
    const both = await Promise.all([service.forwardPort(id, 8080), service.forwardPort(id, 8080)]);
    assert.equal(both[0].localPort, both[1].localPort);
    assert.equal(service.sessions(id).length, 1);
  });

  it('ends what the client gets where the relay says that the server has ended, and not before', async () => {
    const { service, id, relay } = await given();
    const socket = await dial(await service.forwardPort(id, 8080));
    const process = await relay();
    process.print('12');
    process.stderr.write('eof 5\n');
    await once(socket, 'data');
    process.print('345');
    assert.equal(await text(socket), '345');
    socket.destroy();
  });

  it('breaks a connection off whose relay was killed', async () => {
    const { service, id, relay } = await given();
    const socket = await dial(await service.forwardPort(id, 8080));
    const process = await relay();
    process.print('half of it');
    await once(socket, 'data');
    socket.on('end', () => assert.fail('it passes for complete'));
    process.exit(137);
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNRESET');
  });

  it('closes a connection that reaches nobody, and starts nothing for it', async () => {
    const { service, id, engine } = await given({ table: '  sl  local_address\n' });
    const socket = await dial(await service.forwardPort(id, 8080));
    socket.end('hello');
    assert.equal(await text(socket), '');
    assert.equal(engine.calls.filter((call) => call === 'startProcess').length > 0, true);
  });

  it('uses the loopback of IPv4 where nothing can tell what listens', async () => {
    const { service, id, relay } = await given({ table: '' });
    const socket = await dial(await service.forwardPort(id, 9));
    assert.deepEqual((await relay()).request.command.slice(-2), ['127.0.0.1', '9']);
    socket.destroy();
  });

  it('takes the best relay of the image, asked for once for each container', async () => {
    const { service, id, asked } = await given({ has: ['python3', 'node'] });
    await service.forwardPort(id, 8080);
    await service.forwardPort(id, 8081);
    assert.deepEqual(asked, ['perl', 'python3']);
  });

  it('names what to install where the image has none, and finds what is installed later', async () => {
    const { service, id, image } = await given({ has: [] });
    await assert.rejects(service.forwardPort(id, 8080), /tiny:local .*perl, python3, socat, nc, node/);
    assert.deepEqual(service.sessions(id), []);
    image.has = ['perl'];
    await service.forwardPort(id, 8080);
  });

  it('is a session that is no task, and stands in the timeline from its begin to its end', async () => {
    const { service, id, timeline } = await given();
    const forwarded = await service.forwardPort(id, 8080, { localPort: undefined });
    const [session] = service.sessions(id);
    const address = `127.0.0.1:${forwarded.localPort}`;
    assert.deepEqual([session?.kind, ...(session?.command ?? [])], ['port', 'port', '8080', address]);
    assert.equal(service.get(id)?.activeTasks, 0);
    await service.endSession(session!.id);
    assert.deepEqual(service.sessions(id), []);
    const texts = (await timeline.entries(id))
      .filter(({ kind }) => kind === 'session')
      .map(({ text: t }) => t);
    assert.equal(texts[0], `Forwarded: port 8080 ${address}`);
    assert.match(texts[1] ?? '', /^Forwarding ended after \d+ ms: port 8080/);
  });

  it('outlives a pause and the loss of the engine, and ends with a stop, a removal and a freeze', async () => {
    const { service, id, ports, engine } = await given();
    const count = () => ports.forwards.list(id).length;
    await service.forwardPort(id, 8080);
    await service.pause(id);
    await service.resume(id);
    engine.lose();
    engine.comeBack();
    assert.equal(count(), 1);
    await service.stop(id);
    assert.equal(count(), 0);
    await service.start(id);
    await service.forwardPort(id, 8080);
    await service.panic();
    assert.equal(count(), 0);
    await service.release(id);
    await service.forwardPort(id, 8080);
    await service.remove(id);
    assert.equal(count(), 0);
  });

  it('needs a port that is one, and a workspace that runs', async () => {
    const { service, id } = await given();
    for (const port of [0, -1, 65_536, 80.5, Number.NaN, '80', null])
      assert.equal(await codeOf(service.forwardPort(id, port as number)), 'invalidRequest');
    assert.equal(await codeOf(service.forwardPort(id, 80, { localPort: 0 })), 'invalidRequest');
    assert.equal(await codeOf(service.forwardPort('nobody', 80)), 'workspaceNotFound');
    await service.stop(id);
    assert.equal(await codeOf(service.forwardPort(id, 80)), 'notRunning');
    await service.archive(id);
    assert.equal(await codeOf(service.forwardPort(id, 80)), 'workspaceArchived');
  });

  describe('and idleness', () => {
    let clockMs = 1000;
    beforeEach(() => {
      mock.timers.enable({ apis: ['setInterval'] });
      mock.method(performance, 'now', () => clockMs);
    });
    afterEach(() => {
      mock.timers.reset();
      mock.restoreAll();
    });
    const minutes = async (count: number, each: () => unknown = () => undefined) => {
      for (let minute = 0; minute < count; minute++) {
        await each();
        clockMs += 60_000;
        mock.timers.tick(60_000);
        for (let turn = 0; turn < 30; turn++) await setImmediate();
      }
    };

    it('is use while a connection is open and when one was, alone it is none; a connection wakes', async () => {
      const rules = {
        action: 'pause',
        afterMs: 300_000,
        sampleEveryMs: 60_000,
        onWindowClose: 'keep',
      } as const;
      const { service, id, engine, relay } = await given({ overrides: { idleRules: () => rules } });
      engine.stats = statsOf();
      const kind = () => service.get(id)?.container.kind;
      const forwarded = await service.forwardPort(id, 8080);
      const visit = async () => {
        const socket = await dial(forwarded);
        const process = await relay();
        return async () => {
          process.exit(0);
          socket.end();
          assert.equal(await text(socket), '');
        };
      };
      await minutes(12, async () => {
        await (
          await visit()
        )();
      });
      assert.equal(kind(), 'running');
      const leave = await visit();
      await minutes(12);
      assert.equal(kind(), 'running');
      await leave();
      await minutes(7);
      assert.equal(kind(), 'paused');
      await (
        await visit()
      )();
      assert.equal(kind(), 'running');
    });
  });

  describe('of a rule', () => {
    const untilCount = async (list: () => readonly unknown[], count: number) => {
      for (let tries = 0; list().length !== count; tries++) {
        assert.ok(tries < 200, `${list().length} of ${count}`);
        await new Promise((done) => setTimeout(done, 5));
      }
    };

    it('is there whenever its workspace runs, and follows the setting', async () => {
      const { service, id, ports, setRules } = await given({
        rules: [
          { port: 8080, label: 'web' },
          { port: 1, workspace: 'another' },
        ],
      });
      const list = () => ports.forwards.list(id);
      await untilCount(list, 1);
      assert.deepEqual([list()[0]?.port, list()[0]?.label], [8080, 'web']);
      await service.stop(id);
      assert.deepEqual(list(), []);
      await service.start(id);
      await untilCount(list, 1);
      setRules([
        { port: 8080, label: 'web' },
        { port: 9000, workspace: 'demo' },
      ]);
      await untilCount(list, 2);
      setRules([{ port: 9000, workspace: 'demo' }]);
      await untilCount(list, 1);
      assert.equal(list()[0]?.port, 9000);
    });

    it('that cannot be kept is told in the log, and keeps nothing else from being forwarded', async () => {
      const first = await given();
      const { localPort } = await first.service.forwardPort(first.id, 8080);
      const { id, ports, log } = await given({ rules: [{ port: 1000, localPort }, { port: 8080 }] });
      await untilCount(() => ports.forwards.list(id), 1);
      assert.match(
        log.lines.join('\n'),
        /Port 1000 of "demo" could not be forwarded as the setting says: .*in use/,
      );
    });
  });
});
