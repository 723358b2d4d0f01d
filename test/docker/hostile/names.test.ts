import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { labels } from '../../../src/isolation/labels.ts';
import { tinyImage } from '../../support/engine.ts';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

const escape = '\u001b';
const markup =
  '[x](command:evil) <img src=x onerror=a()> $(touch pwned) `touch pwned` "; touch pwned; \' %s {0}';

describe('hostile names', function () {
  this.timeout(60_000);
  let hostile: Awaited<ReturnType<typeof hostileWorkspaces>>;
  let docker: Docker;

  before(async () => {
    hostile = await hostileWorkspaces();
    docker = new Docker({ socketPath: hostile.socketPath });
  });
  after(() => hostile.dispose());

  it('with markup, links and shell words are kept as text and run nowhere', async () => {
    const workspace = await hostile.create({ name: markup, image: tinyImage, network: 'isolated' });
    assert.equal(workspace.name, markup);
    const { out } = await hostile.sh(
      workspace,
      'printf %s "$CORDON_WORKSPACE_NAME"; hostname >&2; ls /workspace /',
    );
    assert.ok(out.startsWith(markup), out);
    assert.doesNotMatch(out.slice(markup.length), /pwned/);
    const [container] = await docker.listContainers({
      filters: { label: [`${labels.workspaceId}=${workspace.id}`] },
    });
    assert.equal(container?.Labels[labels.workspaceName], markup);
    assert.match(container.Names.join(), /^\/cordon-[\w.-]+$/);
    assert.match(Object.keys(container.NetworkSettings.Networks).join(), /^cordon-[\w.-]+$/);
    assert.deepEqual(await fs.readdir(hostile.folder), ['hello.txt']);
  });

  it('with escapes for terminals, line breaks or reversed text are refused', async () => {
    for (const name of [
      `${escape}[31mred`,
      'two\nlines',
      'bell\u0007',
      'reversed\u202etxt.exe',
      `${escape}]0;title\u0007`,
      '\u009b31m',
    ])
      assert.equal(
        await codeOf(hostile.create({ name, image: tinyImage, network: 'none' })),
        'invalidName',
        JSON.stringify(name),
      );
  });

  it('of folders and files are only names', async () => {
    const name = `${markup.replaceAll('/', '')} ${escape}[31m\n:ro,Z`;
    const folder = join(hostile.folder, '..', name);
    await fs.mkdir(folder);
    await fs.writeFile(join(folder, `-rf ${escape}[2J $(touch pwned)`), 'content');
    await fs.chown(folder, 1000, 1000);
    const workspace = await hostile.create({ name: 'odd folder', folder, image: tinyImage, network: 'none' });
    assert.equal((await hostile.sh(workspace, 'cat -- /workspace/*; touch new')).out, 'content');
    assert.deepEqual((await fs.readdir(folder)).sort(), [`-rf ${escape}[2J $(touch pwned)`, 'new'].sort());
    assert.deepEqual((await fs.readdir(join(hostile.folder, '..'))).sort(), [name, 'project'].sort());
  });

  it('and records in the labels of a foreign container are never taken over', async () => {
    const id = 'e'.repeat(32);
    const now = new Date().toISOString();
    const good = {
      ...{
        id,
        folder: 'file:///tmp',
        status: 'active',
        image: tinyImage,
        profile: 'standard',
        network: 'none',
      },
      ...{
        mount: 'live',
        limits: { cpus: 1, memoryMiB: 64, pids: 64, tmpMiB: 16 },
        env: {},
        createdAt: now,
        updatedAt: now,
      },
    };
    const records = {
      escapes: { ...good, name: `${escape}[31mred` },
      'another id': { ...good, id: 'f'.repeat(32), name: 'other' },
      'a folder that is no file': { ...good, name: 'link', folder: 'command:evil' },
      'more than is known': { ...good, name: 'more', privileged: true },
    };
    for (const [what, record] of Object.entries(records)) {
      const container = await docker.createContainer({
        Image: tinyImage,
        Cmd: ['sleep', '60'],
        HostConfig: { NetworkMode: 'none' },
        Labels: {
          [labels.managed]: 'true',
          [labels.workspaceId]: id,
          [labels.workspaceName]: `${escape}[31m`,
          [labels.record]: JSON.stringify(record),
          [labels.schema]: '1',
        },
      });
      await container.start();
      await hostile.core.reconcile();
      assert.equal(
        hostile.core.service.list().some((one) => one.id === id || one.id === 'f'.repeat(32)),
        false,
        what,
      );
      await container.remove({ force: true });
    }
  });
});
