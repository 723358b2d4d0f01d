import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { engineName } from '../../../src/isolation/engineNames.ts';
import { engineJson } from '../../host/engineRequest.mjs';
import { ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { testEngine, tinyImage, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

describe('bad input against a real engine', function () {
  this.timeout(60_000);
  let engine: TestEngine;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;

  before(async () => {
    engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    core = workspacesOnEngine(engine.connection);
    folder = await temporaryFolder();
  });

  afterEach(async () => {
    for (const { id } of core.service.list()) await core.service.remove(id);
    assert.deepEqual(await managedResources(engine.socketPath), []);
  });

  after(async () => {
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  const refused = async (request: Record<string, unknown>) =>
    await codeOf(core.service.create({ name: 'demo', folder, network: 'none', ...request }));

  it('refuses names that are empty, too long, hidden or taken', async () => {
    for (const name of [
      '',
      ' ',
      'x'.repeat(101),
      'a\nb',
      'a\u001b[31m',
      'a/b',
      'a\\b',
      'a\u202eb',
      'a\u200bb',
      '..',
    ])
      assert.equal(await refused({ name }), 'invalidName', JSON.stringify(name));
    await core.service.create({ name: 'paypal', folder, network: 'none' });
    for (const name of ['paypal', 'PayPal', ' paypal ', 'p\u0430ypal', 'ｐaypal'])
      assert.equal(await refused({ name }), 'workspaceExists', name);
  });

  for (const name of [
    'my project',
    '한국어 작업',
    `it's "quoted": a, b`,
    'x'.repeat(100),
    '-rf',
    '$(reboot)',
    '{{.Name}}',
  ])
    it(`takes ${JSON.stringify(name.slice(0, 20))} for a name and runs it`, async () => {
      const { id } = await core.service.create({ name, folder, network: 'none' });
      const { stdout } = await core.service.exec(id, ['sh', '-c', 'printf %s "$CORDON_WORKSPACE_NAME"']);
      assert.equal(stdout, name);
    });

  for (const name of [
    'with space',
    `quo'te"s`,
    'co:lon',
    'com,ma',
    'new\nline',
    '한국어 폴더',
    'back\\slash',
    '%41 percent',
  ])
    it(`mounts a folder named ${JSON.stringify(name)}`, async () => {
      const odd = await temporaryFolder(name);
      const { id } = await core.service.create({ name: 'odd', folder: odd, network: 'none' });
      assert.equal((await core.service.exec(id, ['cat', 'hello.txt'])).stdout, 'hello\n');
      await core.service.remove(id);
      await fs.rm(join(odd, '..'), { recursive: true });
    });

  it('refuses folders that are missing, files, forbidden, or links to forbidden places', async () => {
    const link = join(folder, '..', 'link');
    await fs.symlink('/etc', link);
    const cases: readonly [string, string][] = [
      [join(folder, 'nothing'), 'folderNotFound'],
      [join(folder, 'hello.txt'), 'folderNotFound'],
      ['/', 'folderForbidden'],
      ['/etc', 'folderForbidden'],
      [homedir(), 'folderForbidden'],
      [link, 'folderForbidden'],
      ['/var/run', 'folderForbidden'],
      ['/var/lib/docker', 'folderForbidden'],
      ['relative/path', 'invalidRequest'],
      ['https://example.com/', 'invalidRequest'],
    ];
    for (const [path, code] of cases) assert.equal(await refused({ folder: path }), code, path);
  });

  it('refuses a folder that becomes a link to another place between its check and its start', async () => {
    const swapped = await temporaryFolder('swapped');
    let wasSwapped = false;
    const watched = workspacesOnEngine(engine.connection, undefined, {});
    const creating = watched.service.create(
      { name: 'swap', folder: swapped, network: 'none' },
      {
        onProgress: (message) => {
          if (wasSwapped || !message.includes('Creating the container')) return;
          wasSwapped = true;
          renameSync(swapped, `${swapped}.away`);
          symlinkSync(folder, swapped);
        },
      },
    );
    assert.equal(await codeOf(creating), 'folderForbidden');
    assert.equal(wasSwapped, true);
    watched.dispose();
    await fs.rm(join(swapped, '..'), { recursive: true });
  });

  it('names an image that is nowhere, and leaves nothing', async () => {
    await assert.rejects(
      core.service.create({ name: 'demo', folder, image: 'localhost:1/no/such:image' }),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'imagePullFailed');
        assert.match(error.message, /localhost:1\/no\/such:image/);
        return true;
      },
    );
    assert.deepEqual(core.service.list(), []);
  });

  it('runs an image without a shell, says that it has none, and still runs its programs', async () => {
    const { id } = await core.service.create({
      name: 'noshell',
      folder,
      network: 'none',
      image: 'cordon-test/noshell:local',
    });
    assert.equal((await core.service.exec(id, ['/bin/cat', '/workspace/hello.txt'])).stdout, 'hello\n');
    assert.equal(await codeOf(core.service.openSession(id, { kind: 'terminal' })), 'invalidRequest');
    assert.equal(await codeOf(core.service.exec(id, ['sh', '-c', 'true'])), 'invalidRequest');
  });

  it('lets an image without "sleep" run its own command', async () => {
    const { id, container } = await core.service.create({
      name: 'nosleep',
      folder,
      network: 'none',
      image: 'cordon-test/nosleep:local',
    });
    assert.equal(container.kind, 'running');
    assert.equal((await core.service.exec(id, ['/bin/cat', '/workspace/hello.txt'])).stdout, 'hello\n');
  });

  for (const image of [
    'cordon-test/exits:local',
    'cordon-test/notmp:local',
    'cordon-test/roothome:local',
    'cordon-test/volume:local',
  ])
    it(`runs ${image} with a home, a /tmp and no volume`, async () => {
      const { id } = await core.service.create({ name: 'image', folder, network: 'none', image });
      const { stdout } = await core.service.exec(id, ['sh', '-c', 'cd "$HOME" && touch a /tmp/b && pwd']);
      assert.equal(stdout, '/cordon\n');
      const facts = (await engine.engine.inspectContainer(containerId(core.service.get(id)?.container)))!;
      assert.deepEqual(
        facts.mounts.filter(({ type }) => type === 'volume'),
        [],
      );
    });

  it('never touches a container or a network of the same name that is not ours', async () => {
    const id = 'a'.repeat(32);
    const name = engineName('foreign', id);
    const { Id: container } = (await engineJson(
      engine.socketPath,
      'POST',
      `/containers/create?name=${name}`,
      { value: { Image: tinyImage, Cmd: ['sleep', '100'] } },
    )) as { Id: string };
    const { Id: network } = (await engineJson(engine.socketPath, 'POST', '/networks/create', {
      value: { Name: name },
    })) as { Id: string };
    try {
      const uuid = crypto.randomUUID.bind(crypto);
      crypto.randomUUID = () => 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';
      const code = await refused({ name: 'foreign', network: 'none' }).finally(() => {
        crypto.randomUUID = uuid;
      });
      assert.equal(code, 'conflict');
      assert.equal(
        ((await engineJson(engine.socketPath, 'GET', `/containers/${container}/json`)) as { Id: string }).Id,
        container,
      );
      assert.equal(
        ((await engineJson(engine.socketPath, 'GET', `/networks/${network}`)) as { Id: string }).Id,
        network,
      );
    } finally {
      await engineJson(engine.socketPath, 'DELETE', `/containers/${container}?force=1`);
      await engineJson(engine.socketPath, 'DELETE', `/networks/${network}`);
    }
  });

  it('lets one of two creates of one name win', async () => {
    const codes = await Promise.all([refused({}), refused({})]);
    assert.deepEqual(codes.sort(), ['resolved', 'workspaceExists']);
  });
});

function containerId(state: unknown): string {
  return (state as { id: string }).id;
}
