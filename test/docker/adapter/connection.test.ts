import assert from 'node:assert/strict';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { ensureImages } from '../../host/images.mjs';
import type { EngineState } from '../../../src/workspaces/containerEngine.ts';
import type { ContainerEvent } from '../../../src/workspaces/engineEvents.ts';
import { startSocketProxy } from '../../support/socketProxy.ts';
import {
  failsWith,
  connectTo,
  outcomeOf,
  testEngine,
  tinyImage,
  tinySpec,
  type TestEngine,
} from '../../support/engine.ts';

describe('the connection to a real engine', function () {
  this.timeout(120_000);

  describe('that stays', () => {
    let test: TestEngine;
    before(async () => {
      test = await testEngine();
    });
    after(() => test.dispose());

    it('says which engine it is and why', () => {
      const { info } = test.engine;
      assert.match(info.apiVersion, /^1\.\d+$/);
      assert.equal(info.endpoint, `unix://${test.socketPath}`);
      assert.notEqual(info.chosenBecause, '');
      assert.equal(info.cpus > 0 && info.memoryMiB > 0, true);
      assert.match(info.dataFolder, /^\//);
    });
  });

  describe('to an engine of its own', () => {
    let engine: PrivateEngine;
    before(async () => {
      engine = await startPrivateEngine();
      await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage] });
    });
    after(() => engine.stop());

    it('tells what happens to a container in the order in which it happened', async () => {
      // nobody else pauses everything there
      const test = await testEngine(engine.socketPath);
      const workspaceId = test.newWorkspaceId();
      const events: ContainerEvent[] = [];
      const isDone = new Promise<void>((resolve) => {
        test.connection.onDidReceiveEvent((event) => {
          if (event.workspaceId !== workspaceId) return;
          events.push(event);
          if (event.action === 'destroy') resolve();
        });
      });
      const id = await test.startContainer({ workspaceId });
      await test.engine.pauseContainer(id);
      await test.engine.resumeContainer(id);
      await test.engine.updateContainer(id, { cpus: 1, memoryMiB: 64, pids: 32 });
      await test.engine.renameContainer(id, `cordon-new-${workspaceId}`);
      await test.engine.stopContainer(id);
      await test.engine.removeContainer(id);
      await isDone;
      const actions = events.map(({ action }) => action).filter((action) => action !== 'kill');
      assert.deepEqual(actions, [
        'create',
        'start',
        'pause',
        'unpause',
        'update',
        'rename',
        'die',
        'stop',
        'destroy',
      ]);
      assert.equal(events.find(({ action }) => action === 'die')?.exitCode, 143);
      assert.equal(
        events.every(({ containerId }) => containerId === id),
        true,
      );
      await test.dispose();
    });

    describe('that breaks', () => {
      it('is noticed at once, tried again, and right afterwards', async () => {
        const connection = connectTo(`unix://${engine.socketPath}`);
        try {
          const states: EngineState['kind'][] = [];
          connection.onDidChangeState(({ kind }) => states.push(kind));
          const connected = await connection.get();
          const id = await connected.createContainer(tinySpec('test-private'));
          await connected.startContainer(id);
          const process = await connected.startProcess({
            containerId: id,
            command: ['sleep', '1000'],
            cwd: '/',
            env: {},
            stdin: true,
          });
          const outcome = assert.rejects(outcomeOf(process), failsWith('engineFailed'));

          const lost = nextState(connection, 'unavailable');
          const killed = engine.kill('SIGKILL').then(() => performance.now());
          const noticedAt = await lost.then(() => performance.now());
          assert.equal(noticedAt - (await killed) < 1000, true);
          await outcome;
          await assert.rejects(connection.get(), failsWith('engineUnavailable'));
          await assert.rejects(connected.startContainer(id), failsWith('engineUnavailable'));

          const back = nextState(connection, 'connected');
          await engine.restart();
          await back;
          const again = await connection.get();
          assert.equal((await again.listContainers())[0]?.id, id);
          await again.removeEverythingOf('test-private');
          assert.deepEqual(await again.listContainers(), []);
          assert.deepEqual(states.slice(0, 3), ['connecting', 'connected', 'unavailable']);
          assert.equal(states.at(-1), 'connected');
        } finally {
          connection.dispose();
        }
      });

      it('goes on with the events that happened in a break', async () => {
        const proxy = await startSocketProxy(engine.socketPath);
        const connection = connectTo(`unix://${proxy.socketPath}`);
        const witness = connectTo(`unix://${engine.socketPath}`);
        try {
          const seen: string[] = [];
          connection.onDidReceiveEvent(({ workspaceId, action }) => seen.push(`${workspaceId} ${action}`));
          const other = await witness.get();
          await connection.get();
          const made = nextEvent(connection, 'create');
          const id = await other.createContainer(tinySpec('test-break'));
          await made;
          const lost = nextState(connection, 'unavailable');
          proxy.cut();
          await lost;
          await other.renameContainer(id, 'cordon-test-break-renamed');
          const destroyed = nextEvent(connection, 'destroy');
          const back = nextState(connection, 'connected');
          proxy.mend();
          connection.retry();
          await back;
          await other.removeContainer(id);
          await destroyed;
          assert.deepEqual(seen, ['test-break create', 'test-break rename', 'test-break destroy']);
        } finally {
          connection.dispose();
          witness.dispose();
          await proxy.close();
        }
      });

      it('is noticed at the next use when the engine hangs', async () => {
        const proxy = await startSocketProxy(engine.socketPath);
        const connection = connectTo(`unix://${proxy.socketPath}`);
        try {
          await connection.get();
          proxy.freeze();
          await new Promise((resolve) => setTimeout(resolve, 1100));
          await assert.rejects(connection.get(), failsWith('engineUnavailable'));
          const back = nextState(connection, 'connected');
          proxy.mend();
          connection.retry();
          await back;
        } finally {
          connection.dispose();
          await proxy.close();
        }
      });
    });
  });

  it('says what went wrong where no engine is, and gives up waiting when told to', async () => {
    const connection = connectTo('unix:///no/such.sock');
    try {
      await assert.rejects(
        connection.get(),
        failsWith('engineUnavailable', new RegExp('unix:///no/such.sock')),
      );
      assert.equal(connection.state.kind, 'unavailable');
      assert.equal(connection.state.attempts.length, 1);
      const aborted = AbortSignal.abort();
      await assert.rejects(connection.get(aborted), failsWith('cancelled'));
    } finally {
      connection.dispose();
    }
  });
});

type Connection = ReturnType<typeof connectTo>;

function nextState(connection: Connection, kind: EngineState['kind']): Promise<void> {
  return new Promise((resolve) => {
    const subscription = connection.onDidChangeState((state) => {
      if (state.kind !== kind) return;
      subscription.dispose();
      resolve();
    });
  });
}

function nextEvent(connection: Connection, action: ContainerEvent['action']): Promise<void> {
  return new Promise((resolve) => {
    const subscription = connection.onDidReceiveEvent((event) => {
      if (event.action !== action) return;
      subscription.dispose();
      resolve();
    });
  });
}
