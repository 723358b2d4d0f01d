import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HeldSession, Session } from '../../../src/workspaces/session.ts';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { openWindow, type EngineWindow } from '../../support/engineWindow.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { size as soakSize } from '../../support/soak.ts';
import { startSocketProxy, type SocketProxy } from '../../support/socketProxy.ts';
import { temporaryFolder } from '../../support/workspacesOnEngine.ts';

const mebi = 1024 * 1024;
/** A terminal of an engine carries some 10 MB in a second here; 1 GB belongs to the soak. */
const mebibytes = soakSize(64, 1024);
const size = { columns: 120, rows: 40 };

describe('terminals that outlive their window', function () {
  this.timeout(120_000);
  let engine: TestEngine;
  let proxy: SocketProxy;
  let folder: string;
  let id: string;
  let window: EngineWindow;
  let keepTerminalsMs = 60_000;
  const storage = new MemoryStorage();
  const open = () => openWindow(proxy.socketPath, storage, { keepTerminalsMs: () => keepTerminalsMs });

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage, tinyImage] });
    proxy = await startSocketProxy(engine.socketPath);
    folder = await temporaryFolder();
    window = open();
    ({ id } = await window.service.create({
      ...{ name: 'held', folder, network: 'none', image: debianImage, profile: 'strict' },
    }));
  });
  afterEach(() => {
    keepTerminalsMs = 60_000;
    proxy.mend();
  });
  after(async () => {
    for (const workspace of window.service.list()) await window.service.remove(workspace.id);
    window.dispose();
    await proxy.close();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  /** A terminal of a person, and what it shows. */
  async function terminal(workspaceId = id) {
    return watched(
      await window.service.openSession(workspaceId, { kind: 'terminal', hold: true, terminal: size }),
    );
  }
  function watched(session: Session) {
    const shown = { text: '', session };
    session.stdout.on('data', (chunk: Buffer) => (shown.text += chunk.toString()));
    const shows = async (what: RegExp) => {
      for (let tries = 0; !what.test(shown.text); tries++) {
        assert.ok(tries < 1200, `${what.source} in ${JSON.stringify(shown.text.slice(-2000))}`);
        await delay(25);
      }
    };
    return Object.assign(shown, { shows, type: (line: string) => session.stdin.write(`${line}\n`) });
  }
  /** The window ends with its extension host, and another one comes. */
  async function reload(): Promise<void> {
    window.dispose();
    proxy.cut();
    proxy.mend();
    window = open();
    await window.reconcile();
  }
  const inside = async (script: string, workspaceId = id) =>
    (await window.service.exec(workspaceId, ['sh', '-c', script])).stdout.trim();
  /** Those that are no zombies. */
  const count = (what: string) => inside(`ps -eo stat,args | grep -v '^Z' | grep -c '${what}' || true`);
  const heldOf = ({ held }: Session): HeldSession => {
    assert.ok(held);
    return held;
  };

  it('come back to the next window with what they showed, as the same session', async () => {
    const first = await terminal();
    first.type('x=42; stty size; echo sum $((40 + 1))');
    await first.shows(/40 120\r\n/);
    await first.shows(/\nsum 41\r\n/);
    const [before] = window.service.sessions(id);
    const held = heldOf(first.session);
    await reload();
    assert.deepEqual(window.service.sessions(id), []);
    const again = watched(await window.service.takeUpSession(held));
    await again.shows(/sum 41\r\n/);
    assert.deepEqual(window.service.sessions(id), [before]);
    assert.equal(window.service.get(id)?.activeTasks, 1);
    await again.session.resize(90, 30);
    again.type('echo x is $x; stty size; exit 7');
    await again.shows(/x is 42\r\n30 90\r\n/);
    assert.equal(await again.session.exitCode, 7);
    assert.deepEqual(window.service.sessions(id), []);
    assert.deepEqual(
      window.service
        .endedSessions(id)
        .map(({ id: ended, state }) => [ended, state.kind === 'ended' && state.exitCode])[0],
      [held.id, 7],
    );
    assert.equal(await count('[c]ordon-terminal'), '0');
    await assert.rejects(window.service.takeUpSession(held), { code: 'notRunning' });
    assert.deepEqual(await fs.readdir(folder), ['hello.txt'], 'nothing is written into the folder');
  });

  it('are no command of the engine while nobody is there, and end by themselves with all that they started', async () => {
    keepTerminalsMs = 1000;
    const { session, type, shows } = await terminal();
    type('sleep 11099 & setsid nohup sleep 12099 >/dev/null & echo be""gun');
    await shows(/begun/);
    assert.equal(await count('[s]leep 1.099'), '2');
    const held = heldOf(session);
    await reload();
    await delay(300);
    const facts = await (await window.connection.get()).inspectContainer(held.containerId);
    assert.deepEqual(facts?.execIds, []);
    await delay(5000);
    assert.equal(await count('[s]leep 1.099'), '0');
    assert.equal(await count('[c]ordon-terminal'), '0');
    await assert.rejects(window.service.takeUpSession(held), { code: 'notRunning' });
  });

  it('end by their id with all that they started, after a reload as before', async () => {
    const { session, type, shows } = await terminal();
    type('sleep 11098 & setsid nohup sleep 12098 >/dev/null & echo be""gun');
    await shows(/begun/);
    const held = heldOf(session);
    await reload();
    const again = watched(await window.service.takeUpSession(held));
    await again.shows(/begun/);
    await window.service.endSession(held.id);
    assert.ok((await again.session.exitCode) > 128, 'it was ended by a signal');
    assert.equal(await count('[s]leep 1.098'), '0');
    assert.equal(await count('[c]ordon-terminal'), '0');
  });

  it('go on where the connection breaks, without a character lost or shown twice', async () => {
    const shown = await terminal();
    shown.type('for i in $(seq 1 150); do echo line $i; sleep 0.005; done; echo fin""ished');
    await shown.shows(/line 20\r\n/);
    proxy.cut();
    await delay(500);
    proxy.mend();
    await shown.shows(/finished/);
    const lines = [...shown.text.matchAll(/line (\d+)\r\n/g)].map(([, line]) => Number(line));
    assert.deepEqual(
      lines,
      Array.from({ length: 150 }, (_, at) => at + 1),
    );
    await shown.session.end();
  });

  it('are ended, where they are not held, once an engine is back that was lost meanwhile', async () => {
    const session = await window.service.openSession(id, {
      ...{ kind: 'task', command: ['sh', '-c', 'sleep 11097 & exec sleep 12097'] },
    });
    session.stdout.resume();
    session.stderr.resume();
    while ((await count('[s]leep 1.097')) !== '2') await delay(50);
    proxy.cut();
    await assert.rejects(session.exitCode);
    assert.deepEqual(window.service.sessions(id), []);
    const [ended] = window.service.endedSessions(id);
    assert.deepEqual(ended?.state.kind === 'ended' && [ended.id, ended.state.exitCode], [
      session.id,
      undefined,
    ]);
    proxy.mend();
    while ((await count('[s]leep 1.097')) !== '0') await delay(100);
  });

  it('are not held where nothing in the image can, and work as ever', async () => {
    const tiny = await window.service.create({ name: 'tiny', folder, network: 'none', image: tinyImage });
    const { session, type, shows } = await terminal(tiny.id);
    assert.equal(session.held, undefined);
    type('echo sum $((40 + 1)); exit 3');
    await shows(/sum 41/);
    assert.equal(await session.exitCode, 3);
  });

  it('carry what is printed with flat memory on both sides, at the speed of the reader', async function () {
    this.timeout(400_000);
    const session = await window.service.openSession(id, {
      ...{ kind: 'terminal', hold: true, terminal: size },
      command: [
        'sh',
        '-c',
        `stty -opost; dd if=/dev/zero bs=1M count=${mebibytes} 2>/dev/null; echo >/tmp/written; printf end`,
      ],
    });
    await delay(1000);
    assert.equal(await inside('test -e /tmp/written; echo $?'), '1', 'the process is held back');
    const before = process.memoryUsage.rss();
    const holderKiB = async () =>
      Number(
        await inside("ps -eo rss,args | grep '[c]ordon-terminal' | sort -n | tail -1 | awk '{print $1}'"),
      );
    let [most, bytes, chunks, held, tail] = [0, 0, 0, 0, ''];
    for await (const chunk of session.stdout as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      tail = (tail + chunk.subarray(-3).toString()).slice(-3);
      if (bytes > (mebibytes / 2) * mebi && held === 0) held = await holderKiB();
      if (chunks++ % 256 === 0) most = Math.max(most, process.memoryUsage.rss());
    }
    assert.equal(await session.exitCode, 0);
    assert.deepEqual([bytes, tail], [mebibytes * mebi + 3, 'end']);
    assert.ok(held > 1000 && held < 32 * 1024, `the holder has ${held} KiB`);
    assert.ok(most - before < 200 * mebi, `${Math.round((most - before) / mebi)} MiB more`);
  });

  it('end with their workspace', async () => {
    const { session } = await terminal();
    const held = heldOf(session);

    await window.service.restart(id);

    await session.exitCode.catch(() => undefined);
    assert.deepEqual(window.service.sessions(id), []);
    await assert.rejects(window.service.takeUpSession(held), { code: 'notRunning' });
  });
});
