import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { engineJson } from '../../host/engineRequest.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { failsWith, testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import type { CleanUpItem } from '../../../src/workspaces/cleanUp/cleanUpItem.ts';

const signal = new AbortController().signal;
const ours = { 'cordon.managed': 'true' };

describe('a clean-up of a real engine', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let docker: Docker;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;
  const undo: (() => Promise<unknown>)[] = [];
  const { now } = Date;
  let ageMs = 86_400_000;

  before(async () => {
    engine = await testEngine();
    docker = new Docker({ socketPath: engine.socketPath });
    folder = await temporaryFolder();
    core = workspacesOnEngine(engine.connection, undefined, { cleanUpAgeMs: () => ageMs });
    ({ id } = await core.service.create({ name: 'kept', folder }));
    // What was just made may be somebody's who is not done yet.
    Date.now = () => now() + 120_000;
  });
  after(async () => {
    Date.now = now;
    for (const each of undo) await each().catch(() => undefined);
    await core.service.remove(id);
    core.dispose();
    assert.deepEqual(await managedResources(engine.socketPath), []);
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  async function makeVolume(name: string, labels: Record<string, string>): Promise<string> {
    await docker.createVolume({ Name: name, Labels: labels });
    undo.push(() => docker.getVolume(name).remove());
    return name;
  }

  async function makeNetwork(name: string, labels: Record<string, string>): Promise<string> {
    const network = await docker.createNetwork({ Name: name, Labels: labels });
    undo.push(() => network.remove());
    return network.id;
  }

  /** An image of its own with nothing new in it but the labels. */
  async function makeImage(name: string, labels: Record<string, string>): Promise<string> {
    const changes = Object.entries(labels).map(([key, value]) => `LABEL ${key}=${value}`);
    const container = await docker.createContainer({ Image: tinyImage });
    const query = new URLSearchParams({ container: container.id, repo: name, tag: 'test' });
    for (const change of changes) query.append('changes', change);
    const { Id } = (await engineJson(engine.socketPath, 'POST', `/commit?${query.toString()}`)) as {
      Id: string;
    };
    await container.remove();
    undo.push(() => docker.getImage(`${name}:test`).remove());
    return Id;
  }

  const find = async () => (await core.cleanUp.find(signal)).items;
  const idsOf = (items: readonly CleanUpItem[]) => items.map((item) => `${item.kind} ${item.id}`).sort();
  const gone = (path: string) =>
    engineJson(engine.socketPath, 'GET', path).then(
      () => false,
      () => true,
    );

  it('offers and removes exactly what carries our labels and serves nobody, with its size', async () => {
    const unique = randomUUID().slice(0, 8);
    const owner = { ...ours, 'cordon.workspace.id': 'f'.repeat(32) };
    const used = { ...ours, 'cordon.workspace.id': id };
    const volume = await makeVolume(`cordon-left-${unique}`, owner);
    const network = await makeNetwork(`cordon-left-${unique}`, owner);
    const image = await makeImage(`cordon-left-${unique}`, ours);
    const busy = await makeImage(`cordon-busy-${unique}`, ours);
    const holder = await docker.createContainer({ Image: `cordon-busy-${unique}:test` });
    undo.unshift(() => holder.remove());
    await makeVolume(`cordon-used-${unique}`, used);
    // Of somebody else, whatever their names are.
    const foreign = { 'cordon.managed': 'false', 'cordon.workspace.id': 'f'.repeat(32) };
    await makeVolume(`cordon-foreign-${unique}`, foreign);
    const foreignNetwork = await makeNetwork(`cordon-foreign-${unique}`, foreign);
    const foreignImage = await makeImage(`cordon-foreign-${unique}`, foreign);
    const filler = await docker.createContainer({
      Image: tinyImage,
      Cmd: ['sh', '-c', 'head -c 100000 /dev/zero > /v/x'],
      HostConfig: { Binds: [`${volume}:/v`] },
    });
    await filler.start();
    await filler.wait();
    await filler.remove();

    const items = await find();
    assert.deepEqual(idsOf(items), [`image ${image}`, `network ${network}`, `volume ${volume}`].sort());
    const sizeOf = (kind: string) => items.find((item) => item.kind === kind)?.sizeBytes ?? 0;
    assert.ok(sizeOf('volume') >= 100_000 && sizeOf('image') > 100_000);

    const outcomes = await core.cleanUp.remove([
      ...items,
      // Somebody who hands in what is not ours gets nowhere.
      ...[`cordon-foreign-${unique}`, `cordon-used-${unique}`].map((name) => ({
        ...items.find(({ kind }) => kind === 'volume')!,
        id: name,
      })),
      { ...items.find(({ kind }) => kind === 'network')!, id: foreignNetwork },
      { ...items.find(({ kind }) => kind === 'image')!, id: foreignImage },
      { ...items.find(({ kind }) => kind === 'image')!, id: busy },
    ]);
    assert.deepEqual(
      outcomes.map(({ error }) => error?.code),
      [...items.map(() => undefined), ...Array.from({ length: 5 }, () => 'conflict')],
    );
    assert.deepEqual(await find(), []);
    for (const path of [`/volumes/${volume}`, `/networks/${network}`, `/images/${image}/json`])
      assert.ok(await gone(path), path);
    for (const path of [
      `/volumes/cordon-foreign-${unique}`,
      `/volumes/cordon-used-${unique}`,
      `/networks/${foreignNetwork}`,
      `/images/${foreignImage}/json`,
      `/images/${busy}/json`,
      `/images/${tinyImage}/json`,
    ])
      assert.ok(!(await gone(path)), path);
    assert.equal(core.service.get(id)?.container.kind, 'running');
  });

  it('is refused by the engine’s side for what lost its label, or never had it', async () => {
    const name = await makeVolume(`cordon-plain-${randomUUID().slice(0, 8)}`, {});
    await assert.rejects(engine.engine.removeVolume(name), failsWith('conflict', /not Cordon’s/));
    await assert.rejects(engine.engine.removeImage(tinyImage), failsWith('conflict', /not Cordon’s/));
    await engine.engine.removeVolume('cordon-never-was');
    await engine.engine.removeImage('cordon-never-was:test');
    assert.ok(!(await gone(`/volumes/${name}`)));
  });

  it('removes a workspace that was stopped for long, with the size of what is only in its container', async () => {
    const { id: old } = await core.service.create({ name: 'old', folder, profile: 'basic' });
    undo.push(() => core.service.remove(old));
    const write = ['sh', '-c', 'head -c 300000 /dev/zero > /etc/written'];
    assert.equal((await core.service.exec(old, write, { user: '0' })).exitCode, 0);
    await core.service.stop(old);
    ageMs = 0;
    const items = (await find()).filter(({ kind }) => kind === 'stopped');
    assert.deepEqual(idsOf(items), [`stopped ${old}`]);
    assert.ok((items[0]?.sizeBytes ?? 0) >= 300_000, String(items[0]?.sizeBytes));
    assert.deepEqual(
      (await core.cleanUp.remove(items)).map(({ error }) => error),
      [undefined],
    );
    assert.equal(core.service.get(old), undefined);
  });
});
