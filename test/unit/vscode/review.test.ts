import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../../../src/review/change.ts';
import type { ViewDifference } from '../../../src/review/compareViews.ts';
import type { LazyReviews } from '../../../src/review/lazyReviews.ts';
import type { AcceptResult } from '../../../src/review/reviews.ts';
import type { Snapshot } from '../../../src/review/snapshots/snapshots.ts';
import { describeChange, groupOf, rowsOf, shownPath } from '../../../src/vscode/review/shownChange.ts';
import { NotTakenBack, type LeftBehind } from '../../../src/review/notTakenBack.ts';
import { CordonError } from '../../../src/shared/errors.ts';
import { Emitter } from '../../../src/shared/event.ts';
import { Uri } from '../../support/vscode/uri.ts';
import { syncCommand } from '../../../src/vscode/review/syncCommand.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';

function change(path: string, more: Partial<Change> = {}): Change {
  return { path, kind: 'added', type: 'file', conflict: false, dangers: [], ...more };
}

const lower = { type: 'file', inode: '1', size: '1', mode: 0o644, changedNs: '1' } as const;
const changes: readonly Change[] = [
  change('.git/hooks/pre-commit', { dangers: ['protected'] }),
  change('a.txt', { kind: 'modified', lower }),
  change('both.txt', { kind: 'modified', conflict: true, lower }),
  change('n', { type: 'folder' }),
  change('n/x.txt'),
  change('old', { kind: 'deleted', type: 'folder' }),
  change('old/y.txt', { kind: 'deleted' }),
];

/** A workspace in review mode with these changes, shown in a window, and what was asked of the review. */
async function reviewing(
  result: AcceptResult = { accepted: ['a.txt'], refused: [], at: '2026-01-01T00:00:00.000Z' },
) {
  const asked: unknown[][] = [];
  const found: ViewDifference[] = [];
  const snapshots: Snapshot[] = [];
  const seeding = { fails: false };
  const leaving = new Emitter<LeftBehind>();
  const accepting = { failure: undefined as Error | undefined };
  const keeping = { failure: undefined as Error | undefined };
  const listing = { failure: undefined as Error | undefined };
  const reviews: Partial<LazyReviews> = {
    isKept: () => Promise.resolve(true),
    keepBases: () => (keeping.failure ? Promise.reject(keeping.failure) : Promise.resolve()),
    changes: () => (listing.failure ? Promise.reject(listing.failure) : Promise.resolve(changes)),
    list: () => {
      if (listing.failure) return Promise.reject(listing.failure);
      return Promise.resolve({
        changes,
        excluded: { count: 1200, paths: ['node_modules'] },
        pending: [],
      });
    },
    accept: (_, paths, { seen } = {}) => {
      asked.push(['accept', paths]);
      assert.ok(seen && changes.every((change) => seen.includes(change)), 'what is shown');
      return accepting.failure ? Promise.reject(accepting.failure) : Promise.resolve(result);
    },
    onDidLeaveBehind: leaving.event,
    discard: (of, paths) => {
      asked.push(['discard', paths, of]);
      return Promise.resolve();
    },
    exportPatch: (_, path) => {
      asked.push(['export', path]);
      return Promise.resolve({ written: ['a.txt'], leftOut: [{ path: 'x](y)', reason: 'refusedByGit' }] });
    },
    undoAccept: (_, { at } = {}) => {
      asked.push(['undo', at]);
      return Promise.resolve({ restored: ['a.txt'], kept: ['b.txt'], originals: '/kept' });
    },
    compare: () => Promise.resolve(found),
    snapshots: () => Promise.resolve(snapshots),
    takeSnapshot: (_, name) => {
      const snapshot = { id: String(snapshots.length), name, at: '2026-01-01T00:00:00Z', changes: 7 };
      snapshots.push(snapshot);
      return Promise.resolve({ snapshot, leftOut: ['fifo'] });
    },
    goBack: (_, snapshotId) => {
      asked.push(['goBack', snapshotId]);
      return Promise.resolve();
    },
    seed: (newId, from) => {
      asked.push(['seed', cordon.service.get(newId)?.name, from.snapshotId]);
      return seeding.fails ? Promise.reject(new Error('full')) : Promise.resolve();
    },
    removeSnapshot: (_, snapshotId) => {
      asked.push(['removeSnapshot', snapshotId]);
      return Promise.resolve();
    },
    side: (_, path, side) => Promise.resolve({ kind: 'text', bytes: Buffer.from(`${side} ${path}`) }),
  };
  const cordon = cordonInWindow({ reviews });
  const { id } = await cordon.service.create({
    name: 'demo',
    folder: '/projects/demo',
    mount: 'review',
    start: false,
  });
  const [control] = cordon.window.sourceControls;
  assert.ok(control);
  for (let tries = 0; control.rows.length === 0 && tries < 500; tries += 1) await delay(10);
  const rowOf = (path: string) =>
    control.groups
      .flatMap(({ resourceStates }) => resourceStates)
      .find((row) => row.resourceUri.path.endsWith(path));
  const group = (name: string) => control.groups.find((each) => each.id === name);
  return {
    ...cordon,
    id,
    control,
    asked,
    found,
    seeding,
    leaving,
    accepting,
    keeping,
    listing,
    rowOf,
    group,
  };
}

describe('the review of a workspace in a window', () => {
  it('shows its changes in groups, in words, and goes when the workspace is archived', async () => {
    const { control, service, id, window } = await reviewing();
    assert.equal(control.label, 'Review of demo');
    assert.deepEqual(control.rows, [
      'Conflicts: /projects/demo/both.txt: modified · changed in the folder, too',
      'Look Twice: /projects/demo/.git/hooks/pre-commit: added · runs programs on this machine by itself',
      'Changes: /projects/demo/a.txt: modified',
      'Changes: /projects/demo/n/x.txt: added',
      'Changes: /projects/demo/old: deleted',
      'Excluded (the First 1 of 1200): /projects/demo/node_modules: left out of the review by cordon.review.exclude',
    ]);
    assert.equal(control.count, 5);
    assert.equal(control.statusBarCommands[0]?.title, '$(warning) conflict');
    assert.equal(window.context.get('cordon.hasReview'), true);
    await service.archive(id);
    assert.equal(window.sourceControls.size, 0);
    assert.equal(window.context.get('cordon.hasReview'), false);
  });

  it('says in the status bar, in the log and on request that changes cannot be listed, and how it is again', async () => {
    const { window, control, listing, log } = await reviewing();
    listing.failure = new CordonError('engineUnavailable', 'No engine answers.');
    for (let tries = 0; tries < 2; tries += 1) {
      await window.run('cordon.refreshChanges', control);
      assert.equal((await window.nextMessage()).text, 'No engine answers.');
    }
    const { title, tooltip } = control.statusBarCommands[0]!;
    assert.deepEqual([title, tooltip], ['$(warning) changes not known', 'No engine answers.']);
    assert.equal(log.text.match(/The changes of "demo" cannot be listed/g)?.length, 1);
    listing.failure = undefined;
    await window.run('cordon.refreshChanges', control);
    assert.equal(control.statusBarCommands[0]?.title, '$(warning) conflict');
  });

  it('is known also where what files held before cannot be kept, which is noted once', async () => {
    const { window, control, keeping, log } = await reviewing();
    keeping.failure = new Error('the disk is full');
    for (let tries = 0; tries < 2; tries += 1) await window.run('cordon.refreshChanges', control);
    assert.equal(control.statusBarCommands[0]?.title, '$(warning) conflict');
    assert.equal(log.text.match(/the disk is full/g)?.length, 1);
  });

  it('is reached from the row of the workspace', async () => {
    const { window, asked } = await reviewing();
    const [row] = await window.tree('cordon.workspaces').rows();
    await window.run('cordon.showChanges', row?.node);
    assert.deepEqual(window.executed.at(-1), ['workbench.view.scm']);
    await window.run('cordon.acceptAllChanges', row?.node, [row?.node]);
    assert.deepEqual(asked, [['accept', undefined]]);
  });

  it('watches anew what is mounted anew: another folder may have taken the place of the one before', async () => {
    const { window, service, id } = await reviewing();
    const [before] = window.watchers;
    assert.ok(before);
    await service.start(id);
    assert.ok(!window.watchers.includes(before));
    const left = window.watchers.length;
    for (let tries = 0; window.watchers.length === left && tries < 500; tries += 1) await delay(10);
    assert.equal(window.watchers.length, left + 1);
  });

  it('compares the file of the folder with what the workspace has', async () => {
    const { window, rowOf } = await reviewing();
    const { command } = rowOf('/a.txt')!;
    const excluded = rowOf('/node_modules')!.command!;
    await window.run(excluded.command);
    assert.deepEqual(window.executed.at(-1), ['workbench.action.openSettings', 'cordon.review.exclude']);
    await window.run(command!.command, ...(command!.arguments as unknown[]));
    const [name, left, right] = window.executed.at(-1) as [string, { path: string; scheme: string }, never];
    assert.deepEqual([name, left.scheme, left.path], ['vscode.diff', 'file', '/projects/demo/a.txt']);
    assert.equal(await window.documents.read(right), 'workspace a.txt');
    const added = rowOf('/n/x.txt')!.command!;
    await window.run(added.command, ...(added.arguments as unknown[]));
    assert.equal(await window.documents.read(window.executed.at(-1)![1] as never), 'folder n/x.txt');
  });

  it('compares in the gutter a file of the folder with the workspace, and one of the container with the folder', async () => {
    const { window, control, id } = await reviewing();
    const original = (uri: Uri) =>
      control.quickDiffProvider?.provideOriginalResource?.(uri as never, undefined as never) as unknown;
    const ofFolder = original(Uri.file('/projects/demo/a.txt'));
    assert.equal(await window.documents.read(ofFolder as never), 'workspace a.txt');
    const ofContainer = original(Uri.parse(`cordon-container://${id}/workspace/a.txt`));
    assert.equal(await window.documents.read(ofContainer as never), 'folder a.txt');
    for (const other of ['/projects/demo/n/x.txt', '/projects/a.txt', '/projects/demo/x'])
      assert.equal(original(Uri.file(other)), undefined, other);
    assert.equal(original(Uri.parse('cordon-container://other/workspace/a.txt')), undefined);
  });

  it('compares two workspaces of one folder, and says so where they see the same', async () => {
    const { window, control, id, given, found } = await reviewing();
    await window.run('cordon.compareWorkspaces', control);
    assert.match((await window.nextMessage()).text, /no other workspace in review mode of this folder/);
    await given('elsewhere', { folder: '/projects/other', mount: 'review', start: false });
    const other = await given('other', { folder: '/projects/demo', mount: 'review', start: false });
    await window.run('cordon.compareWorkspaces', control);
    assert.match((await window.nextMessage()).text, /see the same files/);
    found.push({ path: 'a.txt', one: 'workspace', other: 'folder' });
    await window.run('cordon.compareWorkspaces', id);
    const [name, title, [row]] = window.executed.at(-1) as [string, string, [[Uri, never, never]]];
    assert.deepEqual(
      [name, title, row[0].path],
      ['vscode.changes', 'demo and other', '/projects/demo/a.txt'],
    );
    assert.equal(await window.documents.read(row[1]), 'workspace a.txt');
    assert.equal(await window.documents.read(row[2]), 'folder a.txt');
    assert.match((row[2] as Uri).query, new RegExp(other.id));
  });

  it('names points of a workspace, goes back to them after a question, and begins others with them', async () => {
    const { window, control, asked, service, seeding, id } = await reviewing();
    const egress = { allow: [], deny: ['evil.example.org'] };
    await service.update(id, { egress });
    await window.run('cordon.showSnapshots', control);
    assert.match((await window.nextMessage()).text, /has no snapshots/);
    const taking = window.run('cordon.takeSnapshot', control);
    const name = await window.nextInputBox();
    name.type(' ');
    assert.match(name.problem, /1 to 100/);
    name.answer(' first ');
    await taking;
    assert.match(
      (await window.nextMessage()).text,
      /Took the snapshot "first" with 7 changes\. Not in it: fifo/,
    );
    const choose = async (action: string) => {
      const shown = window.run('cordon.showSnapshots', control);
      (await window.nextQuickPick()).choose('first');
      (await window.nextQuickPick()).choose(action);
      return { shown };
    };
    const refused = await choose('Go Back to It…');
    (await window.nextMessage()).dismiss();
    await refused.shown;
    assert.deepEqual(asked, []);
    const going = await choose('Go Back to It…');
    const question = await window.nextMessage();
    assert.match(question.detail, /is lost/);
    question.press('Go Back');
    await going.shown;
    const beginning = await choose('Begin a Second Workspace with It…');
    (await window.nextInputBox()).answer('second');
    await beginning.shown;
    const second = service.list().find((each) => each.name === 'second');
    assert.deepEqual([second?.mount, second?.container.kind], ['review', 'running']);
    assert.deepEqual(second?.egress, egress, 'what is denied stays denied');
    seeding.fails = true;
    const failing = await choose('Begin a Second Workspace with It…');
    (await window.nextInputBox()).answer('third');
    await failing.shown;
    await window.nextMessage();
    assert.ok(!service.list().some((each) => each.name === 'third'));
    const leaving = window.run('cordon.delete', id);
    const warning = await window.nextMessage();
    assert.match(warning.detail, /Lost, too: snapshots \(1\)\./);
    warning.dismiss();
    await leaving;
    const deleting = await choose('Delete It…');
    (await window.nextMessage()).press('Delete');
    await deleting.shown;
    assert.deepEqual(asked, [
      ['goBack', '0'],
      ['seed', 'second', '0'],
      ['seed', 'third', '0'],
      ['removeSnapshot', '0'],
    ]);
  });

  it('accepts rows, a group or all, and offers to undo that', async () => {
    const { window, control, asked, rowOf, group } = await reviewing();
    await window.run('cordon.acceptChange', rowOf('/a.txt'), rowOf('/n/x.txt'));
    const message = await window.nextMessage();
    assert.equal(message.text, 'Accepted 1 change.');
    message.press('Undo');
    const undone = await window.nextMessage();
    assert.match(undone.text, /Undid 1 change in the folder\. Changed since.*b\.txt.* kept in "\/kept"/);
    undone.press('Open Kept Files');
    await undone.answered;
    const [opening, kept] = window.executed.at(-1)!;
    assert.deepEqual([opening, (kept as Uri).fsPath], ['vscode.openFolder', '/kept']);
    await window.run('cordon.acceptChangeGroup', group('changes'));
    await window.run('cordon.acceptAllChanges', control);
    assert.deepEqual(asked, [
      ['accept', ['a.txt', 'n/x.txt']],
      ['undo', '2026-01-01T00:00:00.000Z'],
      ['accept', ['a.txt', 'n/x.txt', 'old']],
      ['accept', undefined],
    ]);
  });

  it('tells once what a cancelled or failed accept could not put back, and opens what is kept of it', async () => {
    const { window, control, id, leaving, accepting, log } = await reviewing();
    const error = new NotTakenBack('conflict', 'Taken back, but for [a](command:x).', '/kept');
    for (const failure of [new CordonError('cancelled', 'Cancelled.', error), error]) {
      accepting.failure = failure;
      const running = window.run('cordon.acceptAllChanges', control);
      leaving.fire({ workspaceId: id, error });
      await running;
      const told = await window.nextMessage();
      assert.deepEqual([told.kind, told.buttons], ['error', ['Open Kept Files', 'Show Log']]);
      assert.equal(told.text, 'Workspace demo: Taken back, but for [a]\u200b(command:x).');
      assert.deepEqual(window.messages.left, []);
      told.press('Open Kept Files');
      await told.answered;
      const [opening, kept] = window.executed.at(-1)!;
      assert.deepEqual([opening, (kept as Uri).fsPath], ['vscode.openFolder', '/kept']);
    }
    assert.match(log.text, /taken back as a whole: \[conflict\] Taken back, but for/);
    const nothing = new NotTakenBack('conflict', 'Taken back, but for a new file.', undefined);
    leaving.fire({ workspaceId: id, error: nothing });
    assert.deepEqual((await window.nextMessage()).buttons, ['Show Log']);
  });

  it('does nothing where what was chosen is gone or nothing was, instead of taking everything', async () => {
    const { window, asked } = await reviewing();
    const gone = { workspaceId: 'gone', change: {} };
    for (const [command, ...args] of [
      ['cordon.acceptChange', gone],
      ['cordon.acceptChange'],
      ['cordon.acceptChangeGroup', { id: 'changes' }],
      ['cordon.discardChange'],
      ['cordon.acceptAllChanges', 'gone'],
      ['cordon.undoAccept', 'gone'],
    ] as const) {
      await window.run(command, ...args);
      assert.match((await window.nextMessage()).text, /not there any more/, command);
    }
    assert.deepEqual(asked, []);
  });

  it('asks a second time before it accepts what is dangerous, and names what was refused', async () => {
    const { window, asked, rowOf } = await reviewing({
      accepted: [],
      refused: [{ path: 'a](command:x)', reason: 'conflict' }],
    });
    const refuse = window.run('cordon.acceptChange', rowOf('/pre-commit'));
    (await window.nextMessage()).dismiss();
    await refuse;
    assert.deepEqual(asked, []);
    const accept = window.run('cordon.acceptChange', rowOf('/pre-commit'));
    const question = await window.nextMessage();
    assert.equal(question.isModal, true);
    assert.match(question.detail, /\.git\/hooks\/pre-commit/);
    question.press('Accept Anyway');
    await accept;
    assert.deepEqual(asked, [['accept', ['.git/hooks/pre-commit']]]);
    const told = (await window.nextMessage()).text;
    assert.match(told, /changed in the folder meanwhile/);
    assert.ok(!told.includes(']('));
  });

  it('discards only after it has said what is lost, and tells so before a delete', async () => {
    const { window, control, asked, id, rowOf } = await reviewing();
    const first = window.run('cordon.discardChange', rowOf('/a.txt'));
    (await window.nextMessage()).dismiss();
    await first;
    const all = window.run('cordon.discardAllChanges', control);
    const question = await window.nextMessage();
    assert.match(
      question.detail,
      /Excluded paths that are discarded with them: 1200[^]*cannot be brought back/,
    );
    question.press('Discard');
    await all;
    assert.deepEqual(asked, [['discard', undefined, id]]);
    const removing = window.run('cordon.delete', id);
    const warning = await window.nextMessage();
    assert.match(warning.detail, /7 changes for review, not accepted/);
    warning.dismiss();
    await removing;
  });

  it('means of rows of two workspaces each row in its own', async () => {
    const { window, asked, id, given } = await reviewing();
    const other = await given('other', { folder: '/projects/demo', mount: 'review', start: false });
    const rows = [
      { workspaceId: id, change: change('x.txt') },
      { workspaceId: other.id, change: change('y.txt') },
    ];
    const discarding = window.run('cordon.discardChange', ...rows);
    const first = await window.nextMessage();
    assert.match(first.text, /1 change of the workspace "demo"/);
    first.press('Discard');
    const second = await window.nextMessage();
    assert.match(second.text, /1 change of the workspace "other"/);
    second.press('Discard');
    await discarding;
    assert.deepEqual(asked, [
      ['discard', ['x.txt'], id],
      ['discard', ['y.txt'], other.id],
    ]);
  });

  it('goes on with the rows of another workspace where those of one cannot be accepted', async () => {
    const { window, asked, id, given, accepting } = await reviewing();
    const other = await given('other', { folder: '/projects/demo', mount: 'review', start: false });
    accepting.failure = new CordonError('conflict', 'Another window is at it.');
    const rows = [id, other.id].map((workspaceId) => ({ workspaceId, change: change('x.txt') }));
    await window.run('cordon.acceptChange', ...rows);
    assert.equal((await window.nextMessage()).text, 'Another window is at it.');
    assert.equal(asked.length, 2);
  });

  it('says before a delete what is lost though it cannot be counted, also of a review of earlier', async () => {
    const { window, id, listing, service } = await reviewing();
    listing.failure = new Error('no engine');
    const unlisted = window.run('cordon.delete', id);
    const warning = await window.nextMessage();
    assert.match(warning.detail, /changes for review and snapshots that cannot be counted now \(demo\)/);
    warning.dismiss();
    await unlisted;
    await service.update(id, { mount: 'live' });
    const earlier = window.run('cordon.delete', id);
    const again = await window.nextMessage();
    assert.match(again.detail, /cannot be counted now \(demo\)/);
    assert.ok(!again.buttons.includes('Export as Patch…'), 'nothing but a review could list them');
    again.dismiss();
    await earlier;
    assert.ok(service.get(id));
  });

  it('exports the changes as a patch, also on the way to a delete, which asks again after that', async () => {
    const { window, control, asked, id, service } = await reviewing();
    await window.run('cordon.exportPatch', control);
    assert.deepEqual(asked, [], 'the person gave up');
    window.files.saveTo = '/home/me/demo.patch';
    await window.run('cordon.exportPatch', control);
    assert.equal(window.files.asked[0]?.defaultUri?.fsPath, `${homedir()}/demo.patch`);
    assert.deepEqual(asked, [['export', '/home/me/demo.patch']]);
    const told = (await window.nextMessage()).text;
    assert.match(told, /Wrote 1 change to \/home\/me\/demo\.patch\. Not in it: .*git takes no patch for it/);
    assert.ok(!told.includes(']('));
    const removing = window.run('cordon.delete', id);
    (await window.nextMessage()).press('Export as Patch…');
    await window.nextMessage();
    const again = await window.nextMessage();
    assert.match(again.detail, /Exported: \/home\/me\/demo\.patch\./);
    assert.ok(service.get(id));
    again.press('Delete');
    await removing;
    assert.equal(service.get(id), undefined);
  });
});

describe('how a workspace agrees with its folder', () => {
  it('is in sync, so many pending, or in conflict', () => {
    const told = (count: number, ...listed: readonly Change[]) => {
      const pending = Array.from({ length: count }, (_, index) => `${index}.txt`);
      return syncCommand({ changes: listed, excluded: { count: 0, paths: [] }, pending }, 'one');
    };
    assert.equal(told(0, change('a')).title, '$(check) in sync');
    assert.equal(told(3, change('a')).title, '$(sync) 3 pending');
    assert.equal(told(3, change('a', { conflict: true })).title, '$(warning) conflict');
    assert.deepEqual(told(0).arguments, ['one']);
  });
});

describe('a change in words', () => {
  it('stands where a person has to look, with a path that hides nothing', () => {
    assert.equal(groupOf(change('x', { conflict: true, dangers: ['protected'] })), 'conflicts');
    assert.equal(groupOf(change('x', { blocker: 'special' })), 'dangerous');
    assert.equal(groupOf(change('x', { dangers: ['executable'] })), 'dangerous');
    assert.equal(shownPath('a\nb\u202e\udcff'), 'a b \ufffd');
    const everything = change('x', {
      kind: 'deleted',
      dangers: ['protected', 'linkOut', 'executable', 'huge', 'binary'],
      blocker: 'mount',
    });
    assert.equal(describeChange(everything).split(' · ').length, 7);
    for (const blocker of ['unreadable', 'special', 'tooLarge'] as const)
      assert.equal(describeChange(change('x', { blocker })).split(' · ').length, 2);
  });

  it('has a row of its own unless another one tells it', () => {
    const rows = rowsOf([
      ...changes,
      change('empty', { type: 'folder' }),
      change('old/.vscode', { kind: 'deleted', dangers: ['protected'] }),
      change('mode', { kind: 'modified', type: 'folder' }),
      change('mode/x'),
    ]).map(({ path }) => path);
    assert.deepEqual(rows, [
      ...['.git/hooks/pre-commit', 'a.txt', 'both.txt', 'n/x.txt', 'old'],
      ...['empty', 'old/.vscode', 'mode', 'mode/x'],
    ]);
  });
});
