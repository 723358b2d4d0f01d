import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import { screenshots, type CordonWindow } from './support/cordonWindow.ts';
import { changeRow, createReview, inReview } from './support/createReview.ts';
import { eventually } from './support/eventually.ts';
import { Keyboard } from './support/keyboard.ts';

describe('review in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({
      files: {
        'src/a.txt': 'one\n',
        'host.txt': 'old\n',
        'cut.txt': 'before\n',
        'merge.txt': 'a\nb\nc\nd\ne\nf\n',
      },
    });
    window = host.window;
    await createReview(host);
  });
  after(() => host.close());

  const sh = (line: string) => inReview(host, line);
  const row = (text: string | RegExp) => changeRow(host, text);
  const press = async (text: string | RegExp, action: string) => {
    await row(text).hover();
    await row(text).locator(`.action-label[aria-label^="${action}"]`).first().click();
  };
  /** A button of the view itself. */
  const pressAbove = (action: string) =>
    window.page.locator(`.sidebar .actions-container .action-label[aria-label^="${action}"]`).first().click();
  const onHost = (file: string) => fs.readFile(path.join(host.folder, file), 'utf8').catch(() => undefined);

  it('shows what the workspace changes as it happens, and compares it with the folder', async () => {
    await sh('echo two >> src/a.txt; echo new > new.txt; mkdir -p .vscode; echo evil > .vscode/tasks.json');
    for (const text of ['a.txt', 'new.txt', 'tasks.json', 'Look Twice']) await row(text).first().waitFor();
    assert.equal(await onHost('src/a.txt'), 'one\n');
    await window.shot('review-changes');
    await row('a.txt').click();
    await window.page.locator('.monaco-diff-editor').waitFor();
    await eventually('both sides', async () =>
      /one\s+two/.test(
        (await window.page.locator('.monaco-diff-editor .editor.modified').innerText()).replaceAll(
          '\u00a0',
          ' ',
        ),
      ),
    );
    await window.shot('review-diff');
  });

  it('has the workspace see what replaces a file in the folder, which is no change of it', async () => {
    assert.equal((await sh('cat host.txt')).stdout, 'old\n');
    // As git and most tools write: the kernel does not tell the workspace.
    await fs.writeFile(path.join(host.folder, 'host.new'), 'new\n');
    await fs.rename(path.join(host.folder, 'host.new'), path.join(host.folder, 'host.txt'));
    await eventually('the new file inside', async () => (await sh('cat host.txt')).stdout === 'new\n');
    await window.page.locator('.statusbar-item', { hasText: 'in sync' }).waitFor();
    assert.equal(await row('host.txt').count(), 0);
  });

  it('marks in the gutter of the file itself what the workspace has otherwise', async () => {
    await window.openFile('a.txt');
    // what the workspace has and the folder has not
    await window.page
      .locator('.editor-instance .dirty-diff-deleted, .editor-instance .dirty-diff-modified')
      .first()
      .waitFor();
    await window.shot('review-gutter');
    await row('a.txt').click();
    await window.page.locator('.monaco-diff-editor').waitFor();
  });

  it('names what is left out in a group of its own, and takes none of it', async () => {
    await sh('mkdir -p node_modules/m; echo x > node_modules/m/x.js');
    await row('Excluded').waitFor();
    await row('node_modules').waitFor();
    assert.equal(await row('x.js').count(), 0);
    await row('node_modules').hover();
    await window.shot('review-excluded');
    const buttons = await row('node_modules').locator('.action-label').all();
    const labels = await Promise.all(buttons.map((each) => each.getAttribute('aria-label')));
    assert.deepEqual(labels, ['Show What Is Excluded']);
  });

  it('accepts one file, undoes that, and asks twice about what is dangerous', async () => {
    await press('a.txt', 'Accept Change');
    await window.notifications.told(/Accepted 1 change/);
    await eventually('the file', async () => (await onHost('src/a.txt')) === 'one\ntwo\n');
    await row('a.txt').waitFor({ state: 'detached' });
    await window.page.locator('.statusbar-item', { hasText: 'in sync' }).waitFor();
    await window.shot('review-accepted');
    await window.quickInput.run('Cordon: Undo Last Accept');
    await eventually('the file as it was', async () => (await onHost('src/a.txt')) === 'one\n');
    await row('a.txt').waitFor();
    await window.shot('review-undone');
    await window.notifications.clear();
    await press('tasks.json', 'Accept Change');
    await window.dialog.waitFor();
    await window.shot('review-dangerous');
    await window.answerDialog('Cancel');
    assert.equal(await onHost('.vscode/tasks.json'), undefined);
  });

  it('is done without a mouse: compared, accepted, undone and discarded', async () => {
    await sh('echo key > key.txt');
    await row('key.txt').waitFor();
    const keyboard = new Keyboard(window.page);
    await keyboard.watchForMouse();
    const goToRow = async () => {
      await window.quickInput.run('Source Control: Focus on Changes View');
      await keyboard.press('Home');
      await keyboard.goTo(/key\.txt/, 'ArrowDown');
    };
    await goToRow();
    await keyboard.press('Enter');
    await window.page.locator('.tab.active', { hasText: 'key.txt' }).waitFor();
    await goToRow();
    await keyboard.chooseInMenu('Accept Change');
    await eventually('the file', async () => (await onHost('key.txt')) === 'key\n');
    await row('key.txt').waitFor({ state: 'detached' });
    await window.quickInput.run('Cordon: Undo Last Accept');
    await eventually('the folder as it was', async () => (await onHost('key.txt')) === undefined);
    await row('key.txt').waitFor();
    await goToRow();
    await keyboard.chooseInMenu('Discard Change…');
    await window.dialog.waitFor();
    await keyboard.goTo(/^Discard$/, 'Tab');
    await keyboard.press('Enter');
    await row('key.txt').waitFor({ state: 'detached' });
    assert.equal(await keyboard.mousePresses(), 0);
    await window.notifications.clear();
  });

  it('is reached from the row of the workspace', async () => {
    await window.quickInput.run('Cordon: Focus on Workspaces View');
    const keyboard = new Keyboard(window.page);
    await keyboard.goTo(new RegExp(`^Workspace ${host.name}, `), 'ArrowDown');
    await keyboard.chooseInMenu('Review', 'Show Changes');
    await window.tree.pane.waitFor({ state: 'hidden' });
    await row(/^Changes/).waitFor();
  });

  it('shows conflicts, and accepts everything else at once', async () => {
    await fs.writeFile(path.join(host.folder, 'src/a.txt'), 'mine\n');
    await sh('echo three >> src/a.txt');
    await row('Conflicts').waitFor();
    await window.page.locator('.statusbar-item', { hasText: 'conflict' }).waitFor();
    await row('a.txt').click();
    const shown = window.page.locator('.monaco-diff-editor .editor.modified');
    await eventually('what is new', async () => (await shown.innerText()).includes('three'));
    await window.shot('review-conflict');
    await pressAbove('Accept All Changes');
    await window.notifications.told(/Not accepted: .*a\.txt \(changed in the folder meanwhile\)/);
    assert.equal(await onHost('new.txt'), 'new\n');
    assert.equal(await onHost('src/a.txt'), 'mine\n');
    await row('new.txt').waitFor({ state: 'detached' });
  });

  it('merges a conflict in the three-way editor, and takes the result only when that is said', async () => {
    const { page } = window;
    await sh('sed -i s/f/inside/ merge.txt');
    await row('merge.txt').waitFor();
    await delay(2000);
    await fs.writeFile(path.join(host.folder, 'merge.txt'), 'host\nb\nc\nd\ne\nf\n');
    await pressAbove('Refresh Changes');
    await row('Conflicts').filter({ hasText: '2' }).waitFor();
    await press('merge.txt', 'Resolve Conflict');
    await page.locator('.merge-editor').waitFor();
    await eventually('the base', async () =>
      (await page.locator('.merge-editor').innerText()).includes('host'),
    );
    await window.shot('review-merge');
    assert.equal(await onHost('merge.txt'), 'host\nb\nc\nd\ne\nf\n');
    await page.locator('.editor-actions .action-label[aria-label^="Accept Merge into Folder"]').click();
    await eventually('the merge', async () => (await onHost('merge.txt')) === 'host\nb\nc\nd\ne\ninside\n');
    await row('merge.txt').waitFor({ state: 'detached' });
    await window.shot('review-merged');
    await window.notifications.clear();
  });

  it('goes back to a snapshot', async () => {
    await sh('echo kept > point.txt');
    await row('point.txt').waitFor();
    await window.quickInput.run('Cordon: Take Snapshot…');
    await window.quickInput.asks('Take Snapshot of');
    await window.quickInput.accept();
    await window.notifications.told(/Took the snapshot/);
    await sh('rm point.txt; echo later > later.txt');
    await row('later.txt').waitFor();
    await window.quickInput.run('Cordon: Snapshots…');
    await window.quickInput.asks('Snapshots of');
    await window.shot('review-snapshots');
    await window.quickInput.accept();
    await window.quickInput.asks(/^Snapshot /);
    await window.quickInput.accept();
    await window.dialog.waitFor();
    await window.shot('review-go-back');
    await window.answerDialog('Go Back');
    await row('later.txt').waitFor({ state: 'detached' });
    await row('point.txt').waitFor();
    assert.equal((await sh('cat point.txt; ls later.txt 2>/dev/null; true')).stdout, 'kept\n');
    assert.equal(await onHost('point.txt'), undefined);
    await window.notifications.clear();
  });

  it('offers a patch on the way to a delete', async () => {
    await window.quickInput.run('Cordon: Delete Workspace…');
    await window.quickInput.choose(host.name);
    await window.dialog.waitFor();
    await window.shot('review-delete');
    await window.answerDialog('Export as Patch…');
    await window.quickInput.box.waitFor();
    await window.shot('review-patch');
    await window.page.keyboard.press('Escape');
    await window.dialog.waitFor();
    await window.answerDialog('Cancel');
  });

  it('discards after a question, and the workspace runs again', async () => {
    await press(/^Changes/, 'Discard These Changes');
    await window.dialog.filter({ hasText: /point\.txt/ }).waitFor();
    await window.answerDialog('Cancel');
    await window.quickInput.run('Cordon: Discard All Changes…');
    await window.dialog.waitFor();
    await window.shot('review-discard');
    await window.answerDialog('Discard');
    await row('a.txt').waitFor({ state: 'detached' });
    await eventually('the folder inside', async () => (await sh('cat src/a.txt')).stdout === 'mine\n');
  });

  it('tells what an interrupted accept could not put back, and opens where that is kept', async () => {
    const { page, notifications } = window;
    await sh('echo inside > cut.txt');
    await row('cut.txt').waitFor();
    await press('cut.txt', 'Accept Change');
    await eventually('the accept', async () => (await onHost('cut.txt')) === 'inside\n');
    await row('cut.txt').waitFor({ state: 'detached' });
    // as if the process had been killed right before the end, and the person had gone on with the file
    const kept = path.join(host.code.userDataDir, 'User/globalStorage');
    const journal = (await fs.readdir(kept, { recursive: true })).find((name) =>
      name.endsWith('accept/journal'),
    );
    const note = path.join(kept, journal!);
    const lines = (await fs.readFile(note, 'utf8')).trimEnd().split('\n');
    await fs.writeFile(note, `${lines.slice(0, -1).join('\n')}\n`);
    await fs.writeFile(path.join(host.folder, 'cut.txt'), 'of the person\n');
    await window.reload();
    await notifications.told(/An accept was broken off .* "cut\.txt"/);
    await window.shot('review-kept');
    const opened = page.context().waitForEvent('page');
    await notifications.press('An accept was broken off', 'Open Kept Files');
    const other = await opened;
    await other.locator('.explorer-folders-view .monaco-list-row', { hasText: 'cut.txt' }).waitFor();
    await other.screenshot({ path: path.join(screenshots, 'review-kept-files.png') });
    await other.close();
    assert.equal(await onHost('cut.txt'), 'of the person\n');
    await notifications.clear();
  });

  it('offers a patch on the way to a clean-up', async () => {
    const { quickInput, tree, page } = window;
    await quickInput.run('Source Control: Focus on Changes View');
    await sh('echo last > last.txt');
    await row('last.txt').waitFor();
    await quickInput.run('Cordon: Focus on Workspaces View');
    await quickInput.run('Cordon: Archive Workspace…');
    await quickInput.choose(host.name);
    await window.answerDialog('Archive');
    await tree.waitFor(host.name, 'archived');
    await quickInput.run('Cordon: Clean Up…');
    await quickInput.asks('Clean Up: 0 of');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await quickInput.asks('Clean Up: 1 of');
    await quickInput.accept();
    await window.dialog.filter({ hasText: /changes? for review/ }).waitFor();
    await window.shot('review-clean-up');
    await window.answerDialog('Export as Patch…');
    await quickInput.box.waitFor();
    await page.keyboard.press('Escape');
    await window.dialog.waitFor();
    await window.answerDialog('Cancel');
  });
});
