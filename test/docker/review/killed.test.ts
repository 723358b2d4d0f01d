import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { ownedByPerson } from '../../support/folders.ts';
import { killedReviews, type KilledReviews } from '../../support/killedReviews.ts';
import { seed } from '../../support/seed.ts';
import { size } from '../../support/soak.ts';

const changed = ['a.txt', 'b.txt', 'd', 'd/gone.txt', 'd/new.txt', 'n', 'n/deep.txt'];
/** It takes a moment to be brought in, so that it can be cut off. */
const large = 4 * 1024 ** 2;

describe(`a process that is killed while it brings changes into a workspace (seed ${seed})`, function () {
  this.timeout(size(300_000, 3_600_000));
  let killed: KilledReviews;
  let round = 0;

  before(async () => {
    killed = await killedReviews('bringingProcess.ts', changed);
  });
  after(() => killed.dispose());

  const inFolder = (name: string) => killed.within(`project/${name}`);

  /** As an editor does it, so that the kernel remembers what was there. */
  const replace = async (name: string, text: string) => {
    await fs.writeFile(inFolder('draft'), text);
    if (process.getuid!() === 0) await fs.lchown(inFolder('draft'), 1000, 1000);
    await fs.rename(inFolder('draft'), inFolder(name));
  };
  const prepare = async () => {
    await killed.removeAll();
    await fs.rm(inFolder('n'), { recursive: true, force: true });
    await fs.rm(inFolder('d/new.txt'), { force: true });
    await fs.writeFile(inFolder('d/gone.txt'), 'gone\n');
    for (const name of ['a.txt', 'b.txt']) await fs.writeFile(inFolder(name), 'first\n');
    await ownedByPerson(killed.within('project'));
    await killed.service().create({
      ...{ name: 'behind', folder: killed.within('project'), mount: 'review', network: 'none' },
    });
    await killed.sh('cat a.txt b.txt d/gone.txt; ls d/new.txt n; echo mine > kept.txt');
    round += 1;
    await replace('a.txt', `${round}\n`);
    await replace('b.txt', String(round % 10).repeat(large));
    await fs.rm(inFolder('d/gone.txt'));
    await replace('d/new.txt', 'new\n');
    await fs.mkdir(inFolder('n'));
    await replace('n/deep.txt', 'deep\n');
  };
  const paths = async (id: string) =>
    (await killed.reviews().reviews.list(id)).changes.map(({ path }) => path);
  const seen = () => killed.sh('cat a.txt d/* n/*; wc -c < b.txt; head -c 1 b.txt; ls');
  const wanted = () => `${round}\nnew\ndeep\n${large}\n${round % 10}a.txt\nb.txt\nd\nkept.txt\nn\n`;

  it('leaves nothing that counts as the workspace’s, and what is missing comes when it is tried again', async () => {
    const check = async () => {
      const [workspace] = killed.service().list();
      assert.ok(workspace);
      assert.equal(workspace.container.kind, 'running');
      assert.deepEqual(await paths(workspace.id), ['kept.txt']);
      const { behind } = await killed.reviews().sync.bringIn(workspace.id, changed);
      assert.deepEqual([behind, await paths(workspace.id)], [[], ['kept.txt']]);
      assert.equal(await seen(), wanted());
      // What came in shades nothing of the folder at the next start.
      await killed.service().stop(workspace.id);
      round += 1;
      await replace('a.txt', `${round}\n`);
      await replace('b.txt', String(round % 10).repeat(large));
      await killed.service().start(workspace.id);
      assert.equal(await seen(), wanted());
      assert.deepEqual(await paths(workspace.id), ['kept.txt']);
    };
    await killed.strikeEverywhere({ prepare, check, count: 6, always: 'PUT containers/{id}/archive 1' });
    assert.ok(killed.left.has('bringing.json'), 'it was killed while it brought something in');
  });
});
