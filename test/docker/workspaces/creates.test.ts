import assert from 'node:assert/strict';
import Docker from 'dockerode';
import { ensureEngine } from '../../host/engine.mjs';
import { ensureImages } from '../../host/images.mjs';
import { connectTo, tinyImage } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const atOnce = 12;

describe('many workspaces of a real engine that are made at once', function () {
  this.timeout(180_000);
  let docker: Docker;
  let connection: ReturnType<typeof connectTo>;
  let core: ReturnType<typeof workspacesOnEngine>;

  before(async () => {
    const { socketPath } = await ensureEngine();
    await ensureImages({ socketPath, wanted: [tinyImage] });
    docker = new Docker({ socketPath });
    connection = connectTo(`unix://${socketPath}`);
    core = workspacesOnEngine(connection);
    await connection.get();
  });
  afterEach(() => Promise.all(core.service.list().map(({ id }) => core.service.remove(id))));
  after(async () => {
    await core.settled();
    core.dispose();
    connection.dispose();
  });

  const createAll = async (folders: readonly string[]) => {
    const outcomes = await Promise.allSettled(
      folders.map((folder, index) => core.service.create({ name: `at once ${index}`, folder })),
    );
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
  };
  const kinds = () => [...new Set(core.service.list().map(({ container }) => container.kind))];

  it('all start, although the engine opens its networks to each other whenever one is made', async () => {
    const folders = await Promise.all(Array.from({ length: atOnce }, () => temporaryFolder()));
    const over = new AbortController();
    const others = (async () => {
      for (let index = 0; !over.signal.aborted; index++) {
        const IPAM = { Config: [{ Subnet: `10.199.${index % 250}.0/28` }] };
        const network = await docker.createNetwork({ Name: `cordon-test-other-${index}`, IPAM });
        await network.remove();
      }
    })();
    const failures = await createAll(folders);
    over.abort();
    await others;
    assert.deepEqual(failures, []);
    assert.deepEqual(kinds(), ['running']);
  });

  it('all start in one folder, while commands run in one that is there', async () => {
    const folder = await temporaryFolder();
    const { id } = await core.service.create({ name: 'first', folder });
    const over = new AbortController();
    const commands = (async () => {
      let count = 0;
      for (; !over.signal.aborted; count++) assert.equal((await core.service.exec(id, ['true'])).exitCode, 0);
      return count;
    })();
    const failures = await createAll(Array.from({ length: atOnce }, () => folder));
    over.abort();
    assert.deepEqual(failures, []);
    assert.ok((await commands) > 0);
    assert.deepEqual(kinds(), ['running']);
    for (const workspace of core.service.list())
      assert.equal((await core.service.exec(workspace.id, ['true'])).exitCode, 0);
  });
});
