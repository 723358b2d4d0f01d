import assert from 'node:assert/strict';
import { findProfile, parseOwnProfiles } from '../../../src/isolation/ownProfiles.ts';
import { FakeEngine } from '../../support/fakeEngine.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

/** The core with own profiles that can change as a person's settings do. */
function withProfiles(setting: unknown, parts: { engine?: FakeEngine; memory?: MemoryStorage } = {}) {
  let own = parseOwnProfiles(setting);
  const core = workspacesOnFake({ ...parts, profileOf: (name) => findProfile(name, own) });
  return {
    ...core,
    set: (next: unknown) => {
      own = parseOwnProfiles(next);
    },
  };
}

const mine = {
  mine: { extends: 'standard', network: 'none', seccomp: 'strict', limits: { pids: 99 }, openFiles: 512 },
};

describe("a workspace of a person's own profile", () => {
  it('is what the profile says', async () => {
    const { service, engine } = withProfiles(mine);
    const workspace = await service.create({ name: 'demo', folder, profile: 'mine' });
    assert.deepEqual([workspace.profile, workspace.network, workspace.limits.pids], ['mine', 'none', 99]);
    const [container] = engine.containers.values();
    assert.deepEqual(
      [container?.spec.seccomp, container?.spec.limits.openFiles, container?.spec.limits.pids],
      ['strict', 512, 99],
    );
  });

  it('is not made of one that is missing or cannot be used', async () => {
    const { service, engine } = withProfiles({ loose: { extends: 'standard', privileged: true } });
    for (const profile of ['loose', 'gone', 'No Name', 7])
      assert.equal(
        await codeOf(service.create({ name: 'demo', folder, profile } as never)),
        'invalidRequest',
      );
    assert.deepEqual([service.list(), engine.calls], [[], []]);
  });

  it('is kept but does not start while the profile is gone, and can be given another', async () => {
    const memory = new MemoryStorage();
    const engine = new FakeEngine();
    const first = withProfiles(mine, { memory, engine });
    const { id } = await first.service.create({ name: 'demo', folder, profile: 'mine' });
    await first.service.stop(id);
    await first.settled();
    first.dispose();

    const { service, quarantined, set } = withProfiles({}, { memory, engine });
    assert.deepEqual([quarantined, service.get(id)?.profile], [[], 'mine']);
    assert.equal(await codeOf(service.start(id)), 'invalidRequest');
    assert.ok([...engine.containers.values()].every(({ state }) => state !== 'running'));
    assert.equal(await codeOf(service.update(id, { profile: 'other' })), 'invalidRequest');
    set(mine);
    assert.equal((await service.start(id)).container.kind, 'running');
    set({});
    assert.equal((await service.update(id, { profile: 'strict' })).profile, 'strict');
    await service.remove(id);
    assert.equal(engine.containers.size, 0);
  });

  it('can be removed while the profile is gone', async () => {
    const { service, set, engine } = withProfiles(mine);
    const { id } = await service.create({ name: 'demo', folder, profile: 'mine' });
    set({});
    await service.remove(id);
    assert.deepEqual([service.list(), engine.containers.size], [[], 0]);
  });

  it('does not run on another runtime than the one that it asks for', async () => {
    const { service, engine } = withProfiles({ gvisor: { extends: 'standard', runtime: 'runsc' } });
    assert.equal(
      await codeOf(service.create({ name: 'demo', folder, profile: 'gvisor' })),
      'isolationNotHeld',
    );
    assert.deepEqual([service.list(), engine.containers.size, engine.networks.size], [[], 0, 0]);
  });

  it('leaves the user to the image only where that user cannot write into the folder', async () => {
    const { service, engine } = withProfiles({ owner: { extends: 'basic', user: 'image' } });
    const request = { name: 'demo', folder, profile: 'owner' };
    assert.equal(await codeOf(service.create(request)), 'invalidRequest');
    assert.equal(engine.containers.size, 0);
    await service.create({ ...request, mount: 'readonly' });
    assert.deepEqual([...engine.containers.values()][0]?.spec.user, { uid: 0, gid: 0 });
  });

  it("has its network tightened by the person's setting and never loosened", async () => {
    const networkOf = async (network: 'open' | 'isolated' | 'none', profile: string) => {
      const { service } = workspacesOnFake({
        defaults: () => ({
          image: 'tiny:local',
          profile: 'standard',
          network,
          limits: {},
          operationTimeoutMs: 5000,
        }),
        profileOf: (name) =>
          findProfile(name, parseOwnProfiles({ apart: { extends: 'standard', network: 'isolated' } })),
      });
      return (await service.create({ name: 'demo', folder, profile })).network;
    };
    assert.equal(await networkOf('open', 'apart'), 'isolated');
    assert.equal(await networkOf('none', 'apart'), 'none');
    assert.equal(await networkOf('isolated', 'standard'), 'isolated');
    assert.equal(await networkOf('open', 'strict'), 'none');
  });
});
