import assert from 'node:assert/strict';
import { chooseUser, type UserFacts } from '../../../src/isolation/workspaceUser.ts';

const person = { uid: 1001, gid: 100 };
const owner = { uid: 1500, gid: 1501 };
const root = { uid: 0, gid: 0 };

const cases: readonly [title: string, facts: UserFacts, uid: number, gid: number, noted: boolean][] = [
  ['the person on Linux', facts('linux', person, owner), 1001, 100, false],
  ["the folder's owner where the person is root", facts('linux', root, owner), 1500, 1501, true],
  ['root where both are root', facts('linux', root, root), 0, 0, true],
  [
    "root where the person is root and the folder's owner is not known",
    facts('linux', root, undefined),
    0,
    0,
    true,
  ],
  ['root of a rootless engine, which is the person', facts('linux', person, owner, true), 0, 0, true],
  ['the person on macOS', facts('darwin', { uid: 501, gid: 20 }, { uid: 501, gid: 20 }), 501, 20, false],
  ['a usual user on Windows', facts('win32', undefined, root), 1000, 1000, false],
  ['a usual user where nobody is known', facts('linux', undefined, undefined), 1000, 1000, false],
];

describe('user of a workspace', () => {
  for (const [title, input, uid, gid, noted] of cases) {
    it(`is ${title}`, () => {
      const { note, ...user } = chooseUser(input);
      assert.deepEqual(user, { uid, gid });
      assert.equal(note !== undefined, noted);
    });
  }
});

function facts(
  platform: UserFacts['platform'],
  someone: UserFacts['person'],
  folderOwner: UserFacts['folderOwner'],
  rootlessEngine = false,
): UserFacts {
  return { platform, person: someone, folderOwner, rootlessEngine };
}
