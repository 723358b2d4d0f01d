import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { managedResources } from '../host/leftovers.mjs';
import { ownedByPerson } from '../support/folders.ts';
import { killedReviews, type KilledReviews } from '../support/killedReviews.ts';
import { seed } from '../support/seed.ts';
import { size } from '../support/soak.ts';

describe(`a process that is killed while it copies a folder (seed ${seed})`, function () {
  this.timeout(size(300_000, 3_600_000));
  let killed: KilledReviews;

  before(async () => {
    killed = await killedReviews('copyingProcess.ts');
  });
  after(() => killed.dispose());

  const inFolder = (name: string) => killed.within(`project/${name}`);

  it('leaves nothing of a workspace that was not whole yet', async () => {
    const prepare = async () => {
      await killed.removeAll();
      assert.deepEqual(await managedResources(killed.socketPath), []);
      assert.deepEqual(await fs.readdir(killed.within('kept')).catch(() => []), []);
    };
    await killed.strikeEverywhere({ prepare, check: prepare, count: 4 });
  });

  it('loses nothing, and the next start has the folder as it is', async () => {
    let round = 0;
    const prepare = async () => {
      await ownedByPerson(killed.within('project'));
      if (killed.service().list().length === 0)
        await killed.service().create({
          ...{ name: 'copied', folder: killed.within('project'), mount: 'review', network: 'none' },
        });
      await killed.sh(`echo ${++round} > kept.txt`);
      for (const { id } of killed.service().list()) await killed.service().stop(id);
      await fs.writeFile(inFolder('a.txt'), `a${round}\n`);
      await fs.writeFile(inFolder(`d/${round}.txt`), 'new\n');
      await fs.rm(inFolder(`d/${round - 1}.txt`), { force: true });
      await fs.writeFile(inFolder('d/gone.txt'), 'of a copy that may be broken off\n');
    };
    const check = async () => {
      const [workspace] = killed.service().list();
      assert.ok(workspace);
      // One that got as far as to run has it by right.
      await killed.service().stop(workspace.id);
      await fs.rm(inFolder('d/gone.txt'));
      await killed.service().start(workspace.id);
      assert.equal(await killed.sh('cat a.txt kept.txt; ls d'), `a${round}\n${round}\n${round}.txt\n`);
      const { changes, pending } = await killed.reviews().reviews.list(workspace.id);
      assert.deepEqual([changes.map((each) => each.path), pending], [['kept.txt'], []]);
    };
    await killed.strikeEverywhere({ prepare, check, count: 4 });
  });
});
