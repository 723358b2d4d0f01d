import assert from 'node:assert/strict';
import Docker from 'dockerode';
import { testEngine, testLabels, type TestEngine } from '../../support/engine.ts';

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
});
