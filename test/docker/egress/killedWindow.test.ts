import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ManagedProxy } from '../../../src/workspaces/engineContainers.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { ensureImages, squidImage } from '../../host/images.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { connectTo, tinyImage } from '../../support/engine.ts';
import { startFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import { SharedGlobalState } from '../../support/sharedGlobalState.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

describe('a filtered workspace whose window is killed in the middle of a change, with another one open', function () {
  this.timeout(60_000);
  let engine: PrivateEngine;
  let faults: FaultProxy;
  let folder: string;
  const undo: (() => Promise<void>)[] = [];

  before(async function () {
    this.timeout(600_000);
    engine = await startPrivateEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: [tinyImage, squidImage] });
    faults = await startFaultProxy(engine.socketPath);
    folder = await temporaryFolder();
  });
  after(async () => {
    await faults.close();
    await engine.stop();
    await fs.rm(join(folder, '..'), { recursive: true });
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  /** Two windows, of which the first one has made a workspace, and is killed at a request of an update of that. */
  async function killedAt(request: string, patch: object, isDone: boolean) {
    const globalState = new SharedGlobalState();
    const alive = new Set([1, 2]);
    const open = (owner: number, socketPath: string) => {
      const connection = connectTo(`unix://${socketPath}`);
      const isAlive = (other: number) => other !== owner && alive.has(other);
      const core = workspacesOnEngine(connection, globalState.open(), { owner, isAlive });
      undo.push(async () => {
        core.dispose();
        await core.settled();
        connection.dispose();
      });
      return { ...core, connection };
    };
    const other = open(2, engine.socketPath);
    undo.push(async () => {
      for (const { id } of other.service.list()) await other.service.remove(id);
    });
    await other.reconcile();
    const struck = open(1, faults.socketPath);
    const made = await struck.service.create({ name: 'demo', folder, network: 'filtered' });
    const found = () => other.service.get(made.id);
    await until(() => found()?.container.kind === 'running');
    const killed = faults.meet(request, async (meeting) => {
      // nobody hears of it, and what is stored is what was stored before
      if (isDone) await meeting.forward();
      alive.delete(1);
    });
    struck.service.update(made.id, patch).catch(() => undefined);
    await killed;
    const docker = await other.connection.get();
    return {
      id: made.id,
      found: found as () => Workspace,
      proxy: async (): Promise<ManagedProxy | undefined> => (await docker.listProxies())[0],
      rules: async () => {
        const [running] = (await docker.listProxies()).filter(({ state }) => state.kind === 'running');
        if (!running) return '';
        const command = ['cat', '/run/cordon/squid.conf'];
        const request = { containerId: running.id, command, cwd: '/', env: {}, stdin: false };
        return await text((await docker.startProcess(request)).stdout);
      },
    };
  }

  const until = async (condition: () => boolean | Promise<boolean>) => {
    const endMs = performance.now() + 20_000;
    while (!(await condition())) {
      assert.ok(performance.now() < endMs, String(condition));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it('is denied a name that was stored as denied', async () => {
    const patch = { egress: { deny: ['b.example.test'] } };
    const { found, rules } = await killedAt('POST containers/{id}/exec 1', patch, false);
    await until(() => found().egress?.deny.length === 1);
    await until(async () => (await rules()).includes('# deny b.example.test'));
  });

  it('is cut off once it is stored as isolated, and its proxy goes', async () => {
    const { proxy, found } = await killedAt('DELETE containers/{id} 1', { network: 'isolated' }, false);
    assert.notEqual((await proxy())?.state.kind, 'running');
    await until(() => found().network === 'isolated');
    await until(async () => (await proxy()) === undefined);
  });

  it('keeps its proxy where it was not stored as isolated yet', async () => {
    const { proxy, found } = await killedAt('POST containers/{id}/kill 1', { network: 'isolated' }, true);
    await until(async () => (await proxy())?.state.kind === 'running');
    assert.equal(found().network, 'filtered');
  });
});
