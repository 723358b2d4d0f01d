import assert from 'node:assert/strict';
import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { managedResources } from '../../host/leftovers.mjs';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';
import { tinyImage } from '../../support/engine.ts';

const creates = 40;
const refused = /^(folderForbidden|isolationNotHeld)$/;

describe('a hostile program and the folder while it starts', function () {
  this.timeout(120_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  let parent: string;

  beforeEach(async () => {
    hostile = await hostileWorkspaces();
    parent = join(hostile.folder, '..');
  });
  afterEach(() => hostile.dispose());

  /** Puts a link in the place of a path and the path back, again and again, until the work has ended. */
  async function whileSwapped(path: string, target: string, pauseMs: number, work: () => Promise<void>) {
    const aside = `${path}-aside`;
    const done = new AbortController();
    const swapping = (async () => {
      while (!done.signal.aborted) {
        await fs.rename(path, aside);
        await fs.symlink(target, path);
        await pause(pauseMs);
        await fs.unlink(path);
        await fs.rename(aside, path);
        await pause(pauseMs);
      }
    })();
    try {
      await work();
    } finally {
      done.abort();
      await swapping;
    }
  }

  /** Makes workspaces meanwhile: each has the true folder or does not come to be. */
  async function createsOf(folder: string) {
    const codes: string[] = [];
    for (let index = 0; index < creates; index++) {
      const name = `race ${index}`;
      const creating = hostile.create({ name, folder, image: tinyImage, network: 'none' });
      codes.push(await codeOf(creating));
      const workspace = hostile.core.service.list().find((one) => one.name === name);
      if (!workspace) continue;
      const { out } = await hostile.sh(workspace, 'ls /workspace');
      assert.equal(out, 'hello.txt', 'what is mounted is the folder');
      await hostile.core.service.remove(workspace.id);
    }
    for (const code of codes)
      assert.match(code, /^(resolved|folder(Forbidden|NotFound|Unreadable)|engineFailed|isolationNotHeld)$/);
  }

  /** Two places that take turns: the folder or a parent of it, and a link that makes it end at a forbidden place. */
  const places = async () => {
    const [evil, good] = [join(parent, 'evil/inner'), join(parent, 'good/inner')];
    await fs.mkdir(join(parent, 'evil'));
    await fs.symlink('/etc', evil);
    await fs.mkdir(good, { recursive: true });
    await fs.writeFile(join(good, 'hello.txt'), 'hello\n');
    const repository = join(parent, 'repository');
    for (const git of [join(repository, '.git'), join(parent, 'evil-git')]) {
      for (const name of ['hooks', 'objects', 'refs']) await fs.mkdir(join(git, name), { recursive: true });
      await fs.writeFile(join(git, 'HEAD'), 'ref: refs/heads/main\n');
    }
    await fs.writeFile(join(repository, 'hello.txt'), 'hello\n');
    for (const path of [good, repository])
      for (const one of ['.', ...(await fs.readdir(path, { recursive: true }))])
        await fs.chown(join(path, one), 1000, 1000);
    return {
      folder: { folder: hostile.folder, path: hostile.folder, target: '/etc' },
      parent: { folder: good, path: join(parent, 'good'), target: join(parent, 'evil') },
      // a folder that is mounted over itself, so that nobody renames it
      'git folder': { folder: repository, path: join(repository, '.git'), target: join(parent, 'evil-git') },
    };
  };

  for (const place of ['folder', 'parent', 'git folder'] as const)
    it(`notices a link in the place of the ${place} that was there for the start only`, async () => {
      const { folder, path, target } = (await places())[place];
      const options = {
        onProgress: (message: string) => {
          if (message.startsWith('Starting')) {
            renameSync(path, `${path}-aside`);
            symlinkSync(target, path);
          } else if (message.startsWith('Checking')) {
            unlinkSync(path);
            renameSync(`${path}-aside`, path);
          }
        },
      };
      const request = { name: 'swapped', folder, image: tinyImage, network: 'none' } as const;
      assert.match(await codeOf(hostile.core.service.create(request, options)), refused);
      assert.deepEqual(hostile.core.service.list(), []);
      assert.deepEqual(await managedResources(hostile.socketPath), []);

      const { id } = await hostile.core.service.create(request);
      await hostile.core.service.stop(id);
      assert.match(await codeOf(hostile.core.service.start(id, options)), refused);
      assert.notEqual(hostile.core.service.get(id)?.container.kind, 'running');
      assert.equal((await hostile.core.service.start(id)).container.kind, 'running');
      assert.ok((await fs.readdir(folder)).includes('hello.txt'));
    });

  for (const place of ['folder', 'parent'] as const)
    it(`never has a forbidden place that takes turns with the ${place}`, async () => {
      const { folder, path, target } = (await places())[place];
      await whileSwapped(path, target, 15, () => createsOf(folder));
    });
});

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
