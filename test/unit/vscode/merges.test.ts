import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../../../src/review/change.ts';
import type { LazyReviews } from '../../../src/review/lazyReviews.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import type { FakeWindow } from '../../support/vscode/fakeWindow.ts';
import { window as vscodeWindow } from '../../support/vscode/module.ts';
import type { Uri } from '../../support/vscode/uri.ts';

const lower = { type: 'file', inode: '1', size: '1', mode: 0o644, changedNs: '1' } as const;
const changes = ['both.txt', 'more.txt'].map((path): Change => {
  return { path, kind: 'modified', type: 'file', conflict: true, dangers: [], lower };
});

/** The tabs of merge editors, the last of which is active, as VS Code tells of them. */
function tabsIn(window: FakeWindow): { readonly input: { readonly result: Uri } }[] {
  const tabs: { readonly input: { readonly result: Uri } }[] = [];
  const tabGroups = {
    all: [{ tabs }],
    activeTabGroup: {
      get activeTab() {
        return tabs.at(-1);
      },
    },
    close: (closed: typeof tabs) => {
      for (const tab of closed) {
        tabs.splice(tabs.indexOf(tab), 1);
        window.documents.closings.fire({ uri: tab.input.result } as never);
      }
      return Promise.resolve(true);
    },
  };
  Object.assign(vscodeWindow, { tabGroups });
  return tabs;
}

/** A workspace with two conflicts in a window, and what of them came to the folder. */
async function merging({ base = 'base', isBaseKnown = true } = {}) {
  const taken: string[][] = [];
  const reviews: Partial<LazyReviews> = {
    changes: () => Promise.resolve(changes),
    list: () => Promise.resolve({ changes, excluded: { count: 0, paths: [] }, pending: [] }),
    conflict: (_, path) =>
      Promise.resolve({
        ...{ change: changes.find((each) => each.path === path)!, base, isBaseKnown },
        ...{ workspace: 'w', folder: 'f' },
      }),
    acceptMerged: (_, { change }, content) => {
      taken.push([change.path, String(content)]);
      return Promise.resolve(true);
    },
    side: (_, path, side) => Promise.resolve({ kind: 'text', bytes: Buffer.from(`${side} ${path}`) }),
  };
  const { window, service } = cordonInWindow({ reviews });
  const tabs = tabsIn(window);
  await service.create({ name: 'demo', folder: '/projects/demo', mount: 'review', start: false });
  const [control] = window.sourceControls;
  assert.ok(control);
  for (let tries = 0; control.rows.length === 0 && tries < 500; tries += 1) await delay(10);
  const files = window.fileSystems.get('cordon-merge')!;
  const open = async (path: string) => {
    const rows = control.groups.flatMap(({ resourceStates }) => resourceStates);
    await window.run(
      'cordon.mergeChange',
      rows.find((row) => row.resourceUri.path.endsWith(path)),
    );
    const [name, sides] = window.executed.at(-1) as [string, Record<'base' | 'output', Uri> & Sides];
    assert.equal(name, '_open.mergeEditor');
    const tab = { input: { result: sides.output } };
    tabs.push(tab);
    return {
      sides,
      result: sides.output,
      close: () => vscodeWindowTabs().close([tab]),
      save: (text: string) =>
        files.writeFile(sides.output as never, Buffer.from(text), { create: false, overwrite: true }),
    };
  };
  return { window, files, tabs, taken, open };
}

type Sides = Record<'input1' | 'input2', { readonly uri: Uri }>;

function vscodeWindowTabs() {
  return (vscodeWindow as unknown as { tabGroups: { close: (tabs: unknown[]) => Promise<boolean> } })
    .tabGroups;
}

describe('the merges of conflicts in a window', () => {
  afterEach(() => {
    Reflect.deleteProperty(vscodeWindow, 'tabGroups');
  });

  it('take what was saved only when the person says so', async () => {
    const { window, files, tabs, taken, open } = await merging();
    const { sides, result, save } = await open('both.txt');
    const shown = [sides.base, sides.input1.uri, sides.input2.uri].map((uri) =>
      window.documents.read(uri as never),
    );
    assert.deepEqual(await Promise.all(shown), ['base', 'folder both.txt', 'workspace both.txt']);
    assert.match(String(await files.readFile(result as never)), /^<{7} /);
    save('half <\n<<<<<<< \n');
    await window.run('cordon.acceptMerge', result);
    assert.match((await window.nextMessage()).text, /still has marks of a conflict/);
    save('merged');
    assert.deepEqual(taken, [], 'nothing is taken by being saved');
    await window.run('cordon.acceptMerge', result);
    assert.match((await window.nextMessage()).text, /is in the folder/);
    assert.deepEqual([taken, tabs], [[['both.txt', 'merged']], []]);
    await window.run('cordon.acceptMerge', result);
    assert.match((await window.nextMessage()).text, /no merge to accept/);
    assert.equal(taken.length, 1);
    assert.throws(() => files.readFile(result as never));
    for (const refused of ['delete', 'createDirectory', 'rename'] as const)
      assert.throws(() => (files[refused] as (uri: unknown) => unknown)(result));
  });

  it('ask before the base is taken where nobody worked on a conflict', async () => {
    const { window, taken, open } = await merging({ base: '', isBaseKnown: false });
    const { result, save } = await open('both.txt');
    save('');
    const refusing = window.run('cordon.acceptMerge', result);
    const refused = await window.nextMessage();
    assert.deepEqual([refused.kind, refused.isModal], ['warning', true]);
    assert.match(refused.text, /both\.txt\? Unresolved conflicts: 1/);
    assert.match(refused.detail, /changes of both sides would be lost[^]*Nobody knows the file before/);
    refused.dismiss();
    await refusing;
    assert.deepEqual(taken, []);
    const accepting = window.run('cordon.acceptMerge', result);
    (await window.nextMessage()).press('Accept Anyway');
    await accepting;
    assert.deepEqual(taken, [['both.txt', '']]);
  });

  it('are accepted from the palette where they are shown, and only their own editor is closed', async () => {
    const { window, tabs, taken, open } = await merging();
    const first = await open('both.txt');
    const second = await open('more.txt');
    first.save('one');
    second.save('two');
    await window.run('cordon.acceptMerge');
    assert.deepEqual(taken, [['more.txt', 'two']]);
    tabs.push({ input: { result: second.result } });
    await window.run('cordon.acceptMerge', first.result);
    assert.deepEqual(taken[1], ['both.txt', 'one']);
    assert.deepEqual(tabs, [{ input: { result: second.result } }]);
  });

  it('are asked for where several are open and none is shown', async () => {
    const { window, tabs, taken, open } = await merging();
    await open('both.txt');
    (await open('more.txt')).save('two');
    tabs.length = 0;
    const leaving = window.run('cordon.acceptMerge');
    (await window.nextQuickPick()).hide();
    await leaving;
    assert.deepEqual([taken, window.messages.left], [[], []]);
    const accepting = window.run('cordon.acceptMerge');
    (await window.nextQuickPick()).choose('more.txt');
    await accepting;
    assert.match((await window.nextMessage()).text, /merge of more\.txt is in the folder/);
    assert.deepEqual(taken, [['more.txt', 'two']]);
  });

  it('are known by the active editor, too', async () => {
    const { window, tabs, taken, open } = await merging();
    await open('both.txt');
    const { result, save } = await open('more.txt');
    save('two');
    tabs.length = 0;
    window.activeFile = result;
    await window.run('cordon.acceptMerge');
    assert.deepEqual(taken, [['more.txt', 'two']]);
  });

  it('say so where there is none', async () => {
    const { window } = await merging();
    await window.run('cordon.acceptMerge');
    assert.match((await window.nextMessage()).text, /no merge to accept/);
  });

  it('are offered once when what was saved is closed, and forgotten where nothing was', async () => {
    const { window, files, taken, open } = await merging();
    const untouched = await open('both.txt');
    await untouched.close();
    assert.throws(() => files.readFile(untouched.result as never));
    assert.deepEqual(window.messages.left, []);
    const left = await open('both.txt');
    left.save('left');
    await left.close();
    (await window.nextMessage()).dismiss();
    await delay(0);
    assert.throws(() => files.readFile(left.result as never));
    const saved = await open('more.txt');
    saved.save('saved');
    await saved.close();
    const offer = await window.nextMessage();
    assert.match(offer.text, /merge of more\.txt was saved, but is not in the folder yet/);
    assert.deepEqual([offer.kind, taken], ['information', []]);
    offer.press('Accept into Folder');
    assert.match((await window.nextMessage()).text, /is in the folder/);
    await window.executedAll();
    assert.deepEqual([taken, window.messages.left], [[['more.txt', 'saved']], []]);
  });
});
