import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type * as vscode from 'vscode';
import { CordonError } from '../../../src/shared/errors.ts';
import { FolderFollow } from '../../../src/vscode/review/folderFollow.ts';
import { openWindow } from '../../support/vscode/fakeWindow.ts';
import { Uri } from '../../support/vscode/uri.ts';

type Answer = Awaited<ReturnType<ConstructorParameters<typeof FolderFollow>[1]['bringIn']>>;

/** A folder that is followed for a workspace, and what was asked for. */
function following(
  answer: () => Promise<Answer> = () => Promise.resolve({ brought: [], behind: [] }),
  isFollowed = true,
) {
  const window = openWindow('/projects/demo');
  const asked: (readonly string[])[] = [];
  const state = { isRunning: true, since: 'first', changes: 0 };
  const follow = new FolderFollow(
    { id: 'one', folder: Uri.file('/projects/demo') as unknown as vscode.Uri },
    {
      bringIn: (_, changed) => {
        asked.push(changed);
        return answer();
      },
    },
    {
      isFollowed: () => isFollowed,
      isRunning: () => state.isRunning,
      mountedSince: () => state.since,
      onDidChange: () => {
        state.changes += 1;
      },
    },
  );
  follow.listed([]);
  const watcher = window.watchers.at(-1);
  return {
    ...{ follow, asked, state, watchers: window.watchers },
    changed: (path: string, kind: 'change' | 'create' | 'remove' = 'change') => {
      watcher?.[kind].fire(Uri.file(`/projects/demo/${path}`) as unknown as vscode.Uri);
    },
  };
}

const soon = () => delay(1100);

describe('a folder that is followed for a workspace', function () {
  this.timeout(20_000);

  it('has what is changed in it brought in, many paths at once', async () => {
    const { asked, changed, state } = following();
    changed('a/b.txt');
    changed('c.txt', 'create');
    changed('d.txt', 'remove');
    changed('');
    await soon();
    assert.deepEqual(asked, [['a/b.txt', 'c.txt', 'd.txt']]);
    assert.equal(state.changes, 3);
  });

  it('has what the workspace is behind brought in once, and again when it is changed', async () => {
    const { asked, follow, changed, state } = following(() =>
      Promise.resolve({ brought: [], behind: ['x'] }),
    );
    follow.listed(['x']);
    await soon();
    assert.deepEqual(asked, [[]]);
    assert.deepEqual(follow.behind, ['x']);
    follow.listed(['x']);
    await soon();
    assert.equal(asked.length, 1);
    changed('x');
    await soon();
    assert.deepEqual(asked[1], ['x']);
    state.since = 'second';
    follow.workspaceChanged();
    assert.deepEqual(follow.behind, []);
  });

  it('is left to the windows in which it is open', async () => {
    const { asked, follow, watchers } = following(undefined, false);
    follow.listed(['x']);
    await soon();
    assert.deepEqual({ asked, watchers: watchers.length }, { asked: [], watchers: 0 });
  });

  it('waits for a workspace that is paused, and forgets what a new container shows anyway', async () => {
    const { asked, changed, follow, state } = following();
    state.isRunning = false;
    changed('a');
    await soon();
    assert.deepEqual(asked, []);
    state.isRunning = true;
    follow.workspaceChanged();
    await soon();
    assert.deepEqual(asked, [['a']]);
    state.isRunning = false;
    changed('b');
    await soon();
    [state.isRunning, state.since] = [true, 'second'];
    follow.workspaceChanged();
    await soon();
    assert.equal(asked.length, 1);
  });

  it('says why it could not be brought in, until it can', async () => {
    let isBroken = true;
    const { asked, changed, follow } = following(() =>
      isBroken
        ? Promise.reject(new CordonError('engineUnavailable', 'no engine'))
        : Promise.resolve({ brought: ['a'], behind: [] }),
    );
    changed('a');
    await soon();
    assert.match(follow.problem ?? '', /no engine/);
    assert.deepEqual(follow.behind, ['a']);
    isBroken = false;
    changed('b');
    await soon();
    assert.deepEqual(asked.at(-1), ['a', 'b']);
    assert.equal(follow.problem, undefined);
  });

  it('is followed no more in the end', async () => {
    const { asked, changed, follow } = following();
    changed('a');
    follow.dispose();
    await soon();
    assert.deepEqual(asked, []);
  });
});
