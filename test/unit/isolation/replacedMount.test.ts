import assert from 'node:assert/strict';
import { replacedMount, type MountFileSystem } from '../../../src/isolation/replacedMount.ts';

const container = { id: 'c0ffee', pid: 42 };
const mounts = [
  { source: '/home/me/app', target: '/workspace', readOnly: false },
  { source: '/home/me/app/.git', target: '/workspace/.git', readOnly: false },
];
const folder = { dev: 1n, ino: 7n };
const git = { dev: 1n, ino: 8n };

/** Files by their paths; a link leads to the path that it holds. */
function fileSystem(places: Record<string, { dev: bigint; ino: bigint } | string>): MountFileSystem {
  const found = (path: string) => {
    const place = places[path];
    if (place === undefined) throw new Error(`ENOENT ${path}`);
    return place;
  };
  return {
    readFile: (path) =>
      attempt(() => {
        const text = found(path);
        return typeof text === 'string' ? text : '';
      }),
    realpath: (path) =>
      attempt(() => {
        const place = found(path);
        return typeof place === 'string' ? place : path;
      }),
    stat: (path) =>
      attempt(() => {
        const place = found(path);
        const stats = typeof place === 'string' ? found(place) : place;
        if (typeof stats === 'string') throw new Error('ELOOP');
        return stats;
      }),
  };
}
const asMade = {
  '/proc/42/cgroup': '0::/system.slice/docker-c0ffee.scope\n',
  '/proc/42/root/workspace': folder,
  '/proc/42/root/workspace/.git': git,
  '/home/me/app': folder,
  '/home/me/app/.git': git,
};

describe('what a container really has mounted', () => {
  const check = (changes: Parameters<typeof fileSystem>[0]) =>
    replacedMount(container, mounts, fileSystem({ ...asMade, ...changes }));

  it('is all right when every mount is its source', async () => {
    assert.equal(await check({}), undefined);
  });

  it('is told when another folder was mounted, whatever is at the path now', async () => {
    assert.equal(await check({ '/proc/42/root/workspace': { dev: 1n, ino: 9n } }), '/home/me/app');
    assert.equal(await check({ '/proc/42/root/workspace': { dev: 2n, ino: 7n } }), '/home/me/app');
    assert.equal(await check({ '/proc/42/root/workspace/.git': folder }), '/home/me/app/.git');
  });

  it('is told when a link leads to what was mounted', async () => {
    const etc = { dev: 1n, ino: 2n };
    const changes = { '/etc': etc, '/home/me/app/.git': '/etc', '/proc/42/root/workspace/.git': etc };
    assert.equal(await check(changes), '/home/me/app/.git');
  });

  it('is not taken from a process that only has the same number', async () => {
    const other = { '/proc/42/cgroup': '0::/init.scope\n', '/proc/42/root/workspace': { dev: 5n, ino: 5n } };
    assert.equal(await check(other), undefined);
    assert.equal(await replacedMount(container, mounts, fileSystem({})), undefined);
  });
});

/** The answer of some work that may throw, as a promise. */
async function attempt<T>(work: () => T): Promise<T> {
  return await Promise.resolve().then(work);
}
