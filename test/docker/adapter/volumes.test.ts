import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { failsWith, testEngine, testLabels, tinyImage, type TestEngine } from '../../support/engine.ts';
import { archiveOf, readEntries } from '../../support/tarEntries.ts';

describe('volumes of a real engine', function () {
  this.timeout(60_000);
  let test: TestEngine;
  let docker: Docker;

  before(async () => {
    test = await testEngine();
    docker = new Docker({ socketPath: test.socketPath });
  });
  after(() => test.dispose());

  it('are listed and removed when they carry our labels, and left alone otherwise', async () => {
    const [one, other] = [test.newWorkspaceId(), test.newWorkspaceId()];
    const namesOf = async () =>
      (await test.engine.listVolumes()).flatMap(({ name, workspaceId, createdAtSeconds }) => {
        assert.ok(Math.abs(Date.now() / 1000 - createdAtSeconds) < 60, `${createdAtSeconds}`);
        return [one, other].includes(workspaceId) ? name : [];
      });
    const foreign = `foreign-${one}`;
    await docker.createVolume({ Name: `of-${one}`, Labels: testLabels(one) });
    await docker.createVolume({ Name: `of-${other}`, Labels: testLabels(other) });
    await docker.createVolume({ Name: foreign, Labels: { 'cordon.workspace.id': one } });
    try {
      assert.deepEqual((await namesOf()).sort(), [`of-${one}`, `of-${other}`].sort());
      await test.engine.removeEverythingOf(one);
      assert.deepEqual(await namesOf(), [`of-${other}`]);
      assert.equal((await docker.getVolume(foreign).inspect()).Name, foreign);
    } finally {
      await docker.getVolume(foreign).remove();
    }
  });

  it('go also where a container of ours keeps them that was made late, and not where somebody else’s does', async () => {
    const id = test.newWorkspaceId();
    const name = `of-${id}`;
    await docker.createVolume({ Name: name, Labels: testLabels(id) });
    const keeper = (Labels: Record<string, string>) =>
      docker.createContainer({
        Image: tinyImage,
        Labels,
        HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: name, Target: '/kept' }] },
      });
    const ours = await keeper(testLabels(test.newWorkspaceId()));
    const foreign = await keeper({});
    try {
      await assert.rejects(test.engine.removeEverythingOf(id), failsWith('engineFailed', /in use/));
    } finally {
      await foreign.remove();
    }
    await assert.rejects(ours.inspect(), { statusCode: 404 });
    await keeper(testLabels(test.newWorkspaceId()));
    await test.engine.removeEverythingOf(id);
    assert.equal(await test.engine.inspectVolume(name), undefined);
  });

  it('are made for views: the same one once, another one anew, and none in place of somebody else’s', async () => {
    const id = test.newWorkspaceId();
    const places = { lower: '/g/lower', upper: '/g/upper', work: '/g/work' };
    const view = { ...places, volume: `cordon-view-${id}`, target: '/workspace', folder: '/f' };
    const own = testLabels(id);
    const optionsNow = async () => (await test.engine.inspectVolume(view.volume))?.options['o'];
    await test.engine.createViewVolume({ view, labels: own });
    await test.engine.createViewVolume({ view, labels: own });
    assert.match((await optionsNow())!, /lowerdir=\/g\/lower,/);
    await test.engine.createViewVolume({ view: { ...view, lower: '/h/lower' }, labels: own });
    assert.match((await optionsNow())!, /lowerdir=\/h\/lower,/);
    await test.engine.removeEverythingOf(id);
    assert.equal(await optionsNow(), undefined);
    await docker.createVolume({ Name: view.volume });
    try {
      await assert.rejects(test.engine.createViewVolume({ view, labels: own }), failsWith('conflict'));
    } finally {
      await docker.getVolume(view.volume).remove();
    }
  });

  it('tell by a try whether a view can be mounted, and leave nothing behind', async () => {
    const own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    try {
      const places = { lower: join(own, 'lower'), upper: join(own, 'upper'), work: join(own, 'work') };
      for (const path of Object.values(places)) await mkdir(path);
      await writeFile(join(places.lower, 'entry'), '');
      const image = (await test.engine.inspectImage(tinyImage))!.id;
      assert.equal(await test.engine.canMountView(places, 'entry', image), true);
      assert.equal(await test.engine.canMountView(places, 'other', image), false);
      const nowhere = { ...places, upper: join(own, 'nowhere') };
      assert.equal(await test.engine.canMountView(nowhere, 'entry', image), false);
      const names = (await test.engine.listVolumes()).map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => name.startsWith('cordon-view-')),
        [],
      );
      assert.deepEqual(await docker.listContainers({ all: true, filters: { name: ['cordon-view-'] } }), []);
    } finally {
      await rm(own, { recursive: true });
    }
  });

  it('are waited for while something is unpacked in them, by whomever, but by nothing that never began', async () => {
    const id = test.newWorkspaceId();
    const name = `cordon-view-${id}`;
    await test.engine.untilViewRests(id);
    await docker.createVolume({ Name: name, Labels: testLabels(id) });
    const container = await docker.createContainer({
      Image: tinyImage,
      Labels: testLabels(test.newWorkspaceId()),
      HostConfig: { NetworkMode: 'none', Mounts: [{ Type: 'volume', Source: name, Target: '/kept' }] },
    });
    await test.engine.untilViewRests(id);
    const archive = new PassThrough();
    const put = container.putArchive(archive, { path: '/kept' });
    const whole = await buffer(
      archiveOf([{ name: 'large', type: 'file', content: randomBytes(4 * 1024 ** 2) }]),
    );
    const half = whole.length / 2;
    archive.write(whole.subarray(0, half));
    await sleep(200);
    let isAtRest = false;
    const rest = test.engine.untilViewRests(id).then(() => (isAtRest = true));
    await sleep(300);
    assert.equal(isAtRest, false);
    archive.end(whole.subarray(half));
    await Promise.all([put, rest]);
    await test.engine.removeEverythingOf(id);
  });

  it('show a layer above another one, write neither of them, and leave nothing behind', async () => {
    const layer = await mkdtemp(join(tmpdir(), 'cordon-test-layer-'));
    const before = (await docker.listVolumes()).Volumes.length;
    const empty = (name: string) => ({ name, type: 'file', content: Buffer.alloc(0) }) as const;
    try {
      await mkdir(join(layer, 'd'));
      await writeFile(join(layer, 'd/kept'), 'kept');
      await test.engine.withLayer(layer, tinyImage, async (opened) => {
        await opened.putBelow(archiveOf([{ name: 'd/link', type: 'symlink', linkname: '../../place' }]));
        await opened.put(archiveOf([empty('shown/d/link/arrived')]));
        await assert.rejects(opened.put(archiveOf([empty('shown/d/other')])), failsWith('engineFailed'));
        const seen = async (path: string) => Object.keys(await readEntries(await opened.get(path))).sort();
        assert.deepEqual(await seen('shown/d'), ['d/', 'd/kept', 'd/link']);
        assert.deepEqual(await seen('place'), ['place/', 'place/arrived']);
        assert.deepEqual(
          [await opened.has('shown/d/link'), await opened.has('shown/d/other')],
          [true, false],
        );
      });
      assert.deepEqual(await readdir(join(layer, 'd')), ['kept']);
      const never = () => Promise.reject(new Error('It was opened.'));
      await assert.rejects(test.engine.withLayer('/a,b', tinyImage, never), failsWith('invalidRequest'));
      const nowhere = test.engine.withLayer(`${layer}/no`, tinyImage, (opened) => opened.get('shown'));
      await assert.rejects(nowhere, failsWith('engineFailed'));
    } finally {
      await rm(layer, { recursive: true });
    }
    assert.equal((await docker.listVolumes()).Volumes.length, before);
  });

  it('give way to files of the person, whoever wrote what was in them', async () => {
    const own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    try {
      await mkdir(join(own, 'upper/closed'), { recursive: true, mode: 0o700 });
      await writeFile(join(own, 'upper/closed/file'), 'x');
      await mkdir(join(own, 'kept'));
      const image = (await test.engine.inspectImage(tinyImage))!.id;
      const owner = { uid: 1234, gid: 2345 };
      await test.engine.replaceByFiles({ folder: own, names: ['upper', 'work'], owner, image });
      assert.deepEqual((await readdir(own)).sort(), ['kept', 'upper', 'work']);
      const { uid, gid, size } = await stat(join(own, 'upper'));
      assert.deepEqual([uid, gid, size], [1234, 2345, 0]);
    } finally {
      await rm(own, { recursive: true });
    }
  });
});
