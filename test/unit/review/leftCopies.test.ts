import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCopyState } from '../../../src/review/copies/copyState.ts';
import { FolderCopies } from '../../../src/review/copies/folderCopies.ts';
import type { CopyingEngine } from '../../../src/workspaces/views/viewCopies.ts';
import { copyRules } from '../../support/copyRules.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';

const id = 'a'.repeat(32);
const living = 2;

describe('what opened a copy and was left behind', () => {
  let own: string;
  let copies: FolderCopies;
  /** The ages that were asked for. */
  let closed: number[];
  const engine = {
    closeCopy: (_: string, leastAgeSeconds: number) => {
      closed.push(leastAgeSeconds);
      return Promise.resolve(true);
    },
  };

  beforeEach(async () => {
    own = await mkdtemp(join(tmpdir(), 'cordon-test-'));
    copies = new FolderCopies(() => own, { ...copyRules, owner: 1, isAlive: (owner) => owner === living });
    closed = [];
    await writeCopyState(own, {
      ...{ endpoint: new FakeEngine().info.endpoint, place: '/place', mark: 'mark-0123456789abcdef' },
      ...{ isWhole: true, isMirrorNewer: false, hidden: [] },
    });
  });
  afterEach(async () => {
    await rm(own, { recursive: true });
  });

  it('goes once it is older than what another window may just be making', async () => {
    assert.equal(await copies.closeLeft(id, engine), true);
    await writeFile(join(own, 'mirror.lock'), '3');
    assert.equal(await copies.closeLeft(id, engine), true);
    assert.deepEqual(closed, [60, 60]);
  });

  it('is no matter of this installation until a day has passed, where that knows of no copy', async () => {
    await rm(join(own, 'copy.json'));
    assert.equal(await copies.closeLeft(id, engine), true);
    assert.deepEqual(closed, [24 * 60 * 60]);
  });

  it('is not what another window has open', async () => {
    await writeFile(join(own, 'mirror.lock'), String(living));
    assert.equal(await copies.closeLeft(id, engine), false);
    assert.deepEqual(closed, []);
  });

  it('is not what this window has open, which is not waited for', async () => {
    let letGo: (reason: Error) => void = () => undefined;
    const held = new Promise<never>((_, reject) => (letGo = reject));
    const { info } = new FakeEngine();
    const { signal } = new AbortController();
    let pulling: Promise<void> | undefined;
    await new Promise<void>((opened) => {
      const withCopy = () => {
        opened();
        return held;
      };
      pulling = copies.pull(id, {
        engine: { info, withCopy } as unknown as CopyingEngine,
        image: '',
        signal,
      });
    });
    assert.equal(await copies.closeLeft(id, engine), false);
    assert.deepEqual(closed, []);
    letGo(new Error('ended'));
    await assert.rejects(async () => await pulling, /ended/);
    assert.equal(await copies.closeLeft(id, engine), true);
  });
});
