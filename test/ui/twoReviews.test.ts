import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { changeRow, createReview, inReview } from './support/createReview.ts';

const second = 'a second attempt';

describe('two workspaces of one folder in review', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({ files: { 'src/a.txt': 'one\n' } });
    window = host.window;
    await createReview(host);
  });
  after(() => host.close(second));

  const sh = (line: string) => inReview(host, line);
  const row = (text: string) => changeRow(host, text);

  it('begin with the same snapshot, and are compared with each other', async () => {
    const { quickInput } = window;
    await sh('echo kept > point.txt');
    await row('point.txt').waitFor();
    await quickInput.run('Cordon: Take Snapshot…');
    await quickInput.asks('Take Snapshot of');
    await quickInput.accept();
    await window.notifications.told(/Took the snapshot/);
    await quickInput.run('Cordon: Snapshots…');
    await quickInput.asks('Snapshots of');
    await quickInput.accept();
    await quickInput.asks(/^Snapshot /);
    await quickInput.choose('Begin a Second Workspace with It…');
    await quickInput.asks('Second Workspace');
    await quickInput.type(second);
    await quickInput.accept();
    await window.tree.show();
    await window.tree.waitFor(second, 'running');
    await window.notifications.clear();
    await sh('echo mine > point.txt');
    await quickInput.run('Cordon: Compare with Another Workspace…');
    await quickInput.choose(`Review of ${host.name}`);
    const compared = window.page.locator('.multiDiffEntry', { hasText: 'point.txt' });
    await compared.locator('.editor.original', { hasText: 'mine' }).waitFor();
    await compared.locator('.editor.modified', { hasText: 'kept' }).waitFor();
    await window.shot('review-compared');
  });
});
