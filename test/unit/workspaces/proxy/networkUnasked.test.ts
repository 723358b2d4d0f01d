import assert from 'node:assert/strict';
import { findProfile } from '../../../../src/isolation/ownProfiles.ts';
import { CordonError } from '../../../../src/shared/errors.ts';
import { FakeEngine } from '../../../support/fakeEngine.ts';
import { codeOf, folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

describe('the network of a workspace for which nobody asked for one', () => {
  const begin = (images: readonly string[] = ['tiny:local']) => {
    const engine = new FakeEngine();
    engine.images.clear();
    for (const image of images) engine.images.set(image, []);
    const core = workspacesOnFake({ engine, profileOf: findProfile });
    const create = async (name: string, request: object = {}) =>
      (await core.service.create({ name, folder, ...request })).network;
    const pulls = () => engine.calls.filter((call) => call === 'pullImage').length;
    return { ...core, engine, create, pulls };
  };

  it('is filtered with the profile that everybody has at first', async () => {
    const { create } = begin(['tiny:local', 'proxy:local']);
    assert.deepEqual([await create('one'), await create('two', { start: false })], ['filtered', 'filtered']);
  });

  it('reaches nothing where the image of the proxy cannot be had, which is not asked for again and again', async () => {
    const { create, engine, pulls, log } = begin();
    assert.deepEqual([await create('one'), await create('two', { start: false })], ['isolated', 'isolated']);
    assert.equal(pulls(), 1);
    assert.match(log.lines.join('\n'), /gets the network "isolated" in place of "filtered"/);
    engine.images.set('proxy:local', []);
    assert.equal(await create('three'), 'filtered');
  });

  it('is asked for again after a while', async () => {
    const now = performance.now.bind(performance);
    try {
      const { create, pulls } = begin();
      await create('one');
      performance.now = () => now() + 601_000;
      await create('two');
      assert.equal(pulls(), 2);
    } finally {
      performance.now = now;
    }
  });

  it('is never changed where somebody asked for it', async () => {
    const { service, create } = begin();
    assert.equal(await codeOf(create('one', { network: 'filtered' })), 'imageNotFound');
    assert.deepEqual(service.list(), []);
    assert.equal(await create('two', { network: 'open' }), 'open');
    assert.equal(await create('three', { profile: 'strict' }), 'none');
  });

  it('stays what it is where no engine can tell, and where the pull is given up', async () => {
    const { engine, service, create } = begin();
    engine.before = (step) => {
      if (step === 'pullImage') throw new CordonError('cancelled', 'Given up.');
    };
    assert.equal(await codeOf(create('one')), 'cancelled');
    assert.deepEqual(service.list(), []);
    engine.reachable = false;
    assert.equal(await create('two', { start: false }), 'filtered');
  });
});
