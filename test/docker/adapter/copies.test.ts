import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import type { OpenCopy } from '../../../src/workspaces/engineCopies.ts';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { failsWith, testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import {
  archiveOf,
  describeEntries,
  endlessArchive,
  readEntries,
  type TarEntry,
} from '../../support/tarEntries.ts';

const folder = (name: string, mode = 0o755): TarEntry => ({
  name,
  type: 'directory',
  mode,
  uid: 1234,
  gid: 2345,
});
const file = (name: string, content: Buffer | string, mode = 0o640): TarEntry => ({
  ...{ name, type: 'file', mode, uid: 1234, gid: 2345 },
  content: Buffer.from(content),
});

describe('copies of folders in a real engine', function () {
  this.timeout(120_000);
  let test: TestEngine;
  let docker: Docker;
  let image: string;
  const ids: string[] = [];

  before(async () => {
    test = await testEngine();
    docker = new Docker({ socketPath: test.socketPath });
    image = (await test.engine.inspectImage(tinyImage))!.id;
  });
  afterEach(async () => {
    for (const id of ids.splice(0)) {
      assert.deepEqual(await openings(id), []);
      await test.engine.removeCopy(id);
      assert.equal((await test.engine.listCopies()).includes(id), false);
    }
  });
  after(() => test.dispose());

  const newId = () => {
    const id = randomBytes(16).toString('hex');
    ids.push(id);
    return id;
  };
  const nameOf = (id: string) => `cordon-copy-${id}`;
  const labelsOf = (id: string) => ({
    'cordon.managed': 'true',
    'cordon.role': 'copy',
    'cordon.copy.of': id,
    'cordon.schema': '1',
  });
  const openings = (id: string) =>
    docker.listContainers({ all: true, filters: { label: [`cordon.copy.of=${id}`] } });
  const withCopy = <T>(id: string, work: (copy: OpenCopy) => Promise<T>) =>
    test.engine.withCopy(id, image, work);

  it('give back what was put into them', async () => {
    const id = newId();
    await test.engine.prepareCopy(id);
    const device = {
      type: 'character-device',
      devmajor: 0,
      devminor: 0,
      mode: 0o600,
      uid: 0,
      gid: 0,
    } as const;
    const entries: readonly TarEntry[] = [
      folder('lower/', 0o750),
      folder('lower/sub/', 0o1777),
      file('lower/sub/file', 'text'),
      file('lower/sub/program', 'text', 0o4755),
      file('lower/empty', ''),
      file('lower/large', randomBytes(5 * 1024 * 1024)),
      { name: 'lower/link', type: 'symlink', linkname: '../../nowhere', mode: 0o777, uid: 7, gid: 8 },
      { name: 'lower/gone', ...device },
      { ...file(`lower/${'ä/'.repeat(60)}end`, 'deep'), uid: 100_000, gid: 200_000 },
    ];
    const wanted = describeEntries(entries);
    const found = await withCopy(id, async (copy) => {
      await copy.put(archiveOf([...entries.filter(({ name }) => !name.includes('ä')), folder('other/')]));
      await copy.put(archiveOf(entries.filter(({ name }) => name.includes('ä'))));
      assert.deepEqual(
        await Promise.all(['lower', 'lower/sub/file', 'lower/link', 'nothing'].map((path) => copy.has(path))),
        [true, true, true, false],
      );
      assert.deepEqual(Object.keys(await readEntries(await copy.get('lower/sub/file'))), ['file']);
      await assert.rejects(copy.get('nothing'), failsWith('engineFailed'));
      return await readEntries(await copy.get('lower'));
    });
    const others = Object.keys(found).filter((name) => !(name in wanted));
    // Folders on the way to what came alone are nobody's.
    assert.equal(
      others.every((name) => name.startsWith('lower/ä')),
      true,
    );
    for (const [name, text] of Object.entries(wanted)) assert.equal(found[name], text, name);
  });

  it('are no belongings of the workspace, and are found again', async () => {
    const id = newId();
    const place = await test.engine.prepareCopy(id);
    assert.match(place, new RegExp(`^/.*/${nameOf(id)}/_data$`));
    await withCopy(id, (copy) => copy.put(archiveOf([file('file', 'x')])));
    assert.equal(await test.engine.prepareCopy(id), place);
    const { Labels, Options, Driver } = await docker.getVolume(nameOf(id)).inspect();
    assert.deepEqual([Labels, Options ?? {}, Driver], [labelsOf(id), {}, 'local']);

    await test.engine.removeEverythingOf(id);
    assert.equal(await withCopy(id, (copy) => copy.has('file')), true);
    assert.equal((await test.engine.listCopies()).includes(id), true);
    assert.equal(
      (await test.engine.listVolumes()).some(
        ({ name, workspaceId }) => name === nameOf(id) || workspaceId === id,
      ),
      false,
    );

    await test.engine.removeCopy(id);
    await test.engine.removeCopy(id);
    assert.equal((await test.engine.listCopies()).includes(id), false);
    await assert.rejects(docker.getVolume(nameOf(id)).inspect(), { statusCode: 404 });
  });

  it('are opened only when they are there, by what no window takes for a container of a workspace', async () => {
    const id = newId();
    await assert.rejects(
      withCopy(id, () => Promise.reject(new Error('opened'))),
      failsWith('engineFailed'),
    );
    await assert.rejects(docker.getVolume(nameOf(id)).inspect(), { statusCode: 404 });
    const events: string[] = [];
    const subscription = test.connection.onDidReceiveEvent(({ containerId }) => events.push(containerId));
    await test.engine.prepareCopy(id);
    const failure = new Error('own');
    const failing = withCopy(id, async () => {
      const [opening] = await openings(id);
      assert.equal(opening?.State, 'created');
      const listed = [...(await test.engine.listContainers()), ...(await test.engine.listProxies())];
      assert.equal(
        listed.some((container) => container.id === opening.Id),
        false,
      );
      events.push(`not ${opening.Id}`);
      throw failure;
    });
    await assert.rejects(failing, failure);
    await sleep(200);
    subscription.dispose();
    const opened = events.find((event) => event.startsWith('not '))!.slice(4);
    assert.equal(events.includes(opened), false);
  });

  it('are never somebody else’s volume', async () => {
    const id = newId();
    const another = 'f'.repeat(32);
    const foreign = [
      { Labels: { 'cordon.managed': 'true' } },
      { Labels: { ...labelsOf(another), mine: 'yes' } },
      { Labels: labelsOf(id), DriverOpts: { type: 'tmpfs', device: 'tmpfs' } },
    ];
    for (const options of foreign) {
      const volume = await docker
        .createVolume({ Name: nameOf(id), ...options })
        .then(() => docker.getVolume(nameOf(id)));
      try {
        const before = await volume.inspect();
        await assert.rejects(test.engine.prepareCopy(id), failsWith('conflict'));
        await assert.rejects(
          withCopy(id, (copy) => copy.has('x')),
          failsWith('conflict'),
        );
        await assert.rejects(test.engine.removeCopy(id), failsWith('conflict'));
        assert.deepEqual(await volume.inspect(), before);
        assert.equal((await test.engine.listCopies()).includes(another), false);
      } finally {
        await volume.remove();
      }
    }
  });

  it('say why an archive could not be put into them, and soon', async () => {
    const id = newId();
    await test.engine.prepareCopy(id);
    const failure = new Error('the disk broke');
    const startedAt = performance.now();
    await assert.rejects(
      withCopy(id, (copy) => copy.put(endlessArchive(failure))),
      failure,
    );
    await assert.rejects(
      withCopy(id, (copy) => copy.put(Readable.from([randomBytes(100_000)]))),
      failsWith('engineFailed'),
    );
    assert.ok(performance.now() - startedAt < 10_000);
    assert.deepEqual(await openings(id), []);
  });

  it('are put and read until that is broken off', async () => {
    const id = newId();
    await test.engine.prepareCopy(id);
    const startedAt = performance.now();
    const controller = new AbortController();
    const archive = endlessArchive();
    setTimeout(() => {
      controller.abort();
    }, 300);
    const put = withCopy(id, (copy) => copy.put(archive, controller.signal));
    await assert.rejects(put, failsWith('cancelled'));
    assert.equal(archive.destroyed, true);

    await withCopy(id, (copy) => copy.put(archiveOf([file('large', randomBytes(20 * 1024 * 1024))])));
    const reading = new AbortController();
    await withCopy(id, async (copy) => {
      const stream = await copy.get('large', reading.signal);
      reading.abort();
      await assert.rejects(readEntries(stream));
      // The next call is answered, so the engine has noticed.
      assert.equal(await copy.has('large'), true);
    });
    // Neither what is still sent nor what is not read keeps the container.
    const left = await withCopy(id, (copy) => copy.get('large'));
    await assert.rejects(readEntries(left));
    const sent: Promise<unknown>[] = [];
    await withCopy(id, async (copy) => {
      sent.push(assert.rejects(copy.put(endlessArchive()), failsWith('cancelled')));
      await sleep(300);
    });
    await Promise.all(sent);
    assert.ok(performance.now() - startedAt < 20_000, `${performance.now() - startedAt} ms`);
  });

  it('go although a window ended while it had one open', async () => {
    const id = newId();
    await test.engine.prepareCopy(id);
    const opening = async (labels: Record<string, string>) =>
      await docker.createContainer({
        Image: image,
        Labels: labels,
        HostConfig: { Mounts: [{ Type: 'volume', Source: nameOf(id), Target: '/cordon-view' }] },
      });
    await opening({ ...labelsOf(id), 'cordon.workspace.id': 'f'.repeat(32) });
    assert.equal(await withCopy(id, (copy) => copy.has('x')), false);
    assert.equal((await openings(id)).length, 1);
    const foreign = await opening({ 'cordon.copy.of': id });
    await assert.rejects(test.engine.removeCopy(id), failsWith('engineFailed', /in use/));
    assert.deepEqual(
      (await openings(id)).map(({ Id }) => Id),
      [foreign.id],
    );
    await foreign.remove();
    await opening({ ...labelsOf(id), 'cordon.workspace.id': 'f'.repeat(32) });
    assert.equal(await test.engine.closeCopy(id, 60), true, 'what is young stays');
    assert.equal((await openings(id)).length, 1);
    assert.equal(await test.engine.closeCopy(id, 0), false);
    assert.deepEqual(await openings(id), []);
    assert.ok((await test.engine.listCopies()).includes(id));
    await test.engine.removeCopy(id);
  });

  describe('that does not see the files of this machine', () => {
    let own: string;
    let elsewhere: PrivateEngine;
    let there: TestEngine;

    before(async () => {
      own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
      for (const name of ['lower', 'upper', 'work']) await mkdir(join(own, name));
      await writeFile(join(own, 'lower/entry'), '');
      elsewhere = await startPrivateEngine({ hiddenFolders: [own] });
      there = await testEngine(elsewhere.socketPath);
    });
    after(async () => {
      await there.dispose();
      await elsewhere.stop();
      await rm(own, { recursive: true });
    });

    it('are what it mounts views of', async () => {
      const { engine } = there;
      const id = randomBytes(16).toString('hex');
      const placesIn = (path: string) => ({
        lower: join(path, 'lower'),
        upper: join(path, 'upper'),
        work: join(path, 'work'),
      });
      const { id: imageId } = (await engine.inspectImage(tinyImage))!;
      assert.equal(await engine.canMountView(placesIn(own), 'entry', imageId), false);
      const place = await engine.prepareCopy(id);
      await engine.withCopy(id, imageId, (copy) =>
        copy.put(
          archiveOf([...['lower/', 'upper/', 'work/'].map((name) => folder(name)), file('lower/entry', '')]),
        ),
      );
      assert.equal(await engine.canMountView(placesIn(place), 'entry', imageId), true);
      assert.equal(await engine.canMountView(placesIn(place), '', imageId), true);
      assert.equal(await engine.canMountView(placesIn(place), 'other', imageId), false);
      await engine.removeCopy(id);
      assert.deepEqual(await engine.listCopies(), []);
    });
  });
});
