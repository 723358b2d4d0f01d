import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { MountMode } from '../../../src/isolation/profile.ts';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { entriesOf, ownedByPerson } from '../../support/folders.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const secret = 'TOP-SECRET-7f3a';
const hidden = [
  ...['.env', '.env.local', 'server.pem', 'tls.key', 'id_ed25519', '.npmrc', '.netrc', '.pypirc'],
  ...['a/b/c/.env', 'a/b/c/id_rsa', 'node_modules/x/.npmrc', '.vscode/.env', 'spaced out/new\nline/.Env'],
  'venv/.env/secret.txt',
];
const shown = ['.env.example', 'id_map.py', 'a/keys.txt'];

for (const mount of ['live', 'readonly', 'review'] satisfies MountMode[])
  describe(`hidden paths of a ${mount} workspace`, function () {
    this.timeout(60_000);
    let engine: TestEngine;
    let core: ReturnType<typeof workspacesOnEngine>;
    let folder: string;
    let workspace: Workspace;
    let entries: string[];

    const sh = async (line: string) => {
      const { exitCode, stdout, stderr } = await core.service.exec(workspace.id, ['sh', '-c', line]);
      return { code: exitCode, out: stdout, err: stderr };
    };

    before(async () => {
      engine = await testEngine();
      core = workspacesOnEngine(engine.connection);
      folder = await temporaryFolder();
      for (const path of [...hidden, ...shown]) {
        await fs.mkdir(join(folder, path, '..'), { recursive: true });
        await fs.writeFile(join(folder, path), `${secret}\n`);
      }
      await ownedByPerson(folder);
      entries = await entriesOf(folder);
      workspace = await core.service.create({ name: 'hidden', folder, mount, network: 'none' });
    });

    after(async () => {
      for (const { id } of core.service.list()) await core.service.remove(id);
      core.dispose();
      await engine.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    });

    it('shows nothing of a secret anywhere in the folder', async () => {
      const { out } = await sh(`find . -type f -exec grep -l ${secret} {} +`);
      assert.deepEqual(out.trim().split('\n').sort(), shown.map((path) => `./${path}`).sort());
    });

    for (const path of hidden)
      it(`shows nothing of ${JSON.stringify(path)}, whatever is tried`, async () => {
        const quoted = `'${path}'`;
        const above = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined;
        const tries = [
          `cat ${quoted}; cp ${quoted} /tmp/copy; cat /tmp/copy; dd if=${quoted} 2>/dev/null`,
          `ln ${quoted} hard; cat hard; ln -s ${quoted} soft; cat soft; rm -f hard soft`,
          `mv ${quoted} moved; cat moved; mv moved ${quoted}`,
          `rm -rf ${quoted}; cat ${quoted}`,
          `umount ${quoted}; umount -l ${quoted}; cat ${quoted}; mount -o bind . /mnt && cat /mnt/${quoted}`,
          `unshare -Urm sh -c 'umount "${path}"; cat "${path}"'`,
          `cat /proc/1/cwd/${quoted} /proc/1/root/workspace/${quoted}`,
          ...(above === undefined
            ? []
            : [
                `mv '${above}' away && find away -type f -exec cat {} + | grep ${secret}-; mv away '${above}'`,
              ]),
        ];
        const { out } = await sh(`(${tries.join('\n')}) 2>/dev/null`);
        assert.doesNotMatch(out, new RegExp(secret));
        assert.equal(await fs.readFile(join(folder, path), 'utf8'), `${secret}\n`, 'the host still has it');
      });

    it('cannot be written over either', async () => {
      await sh(
        "echo changed > .env; echo changed > a/b/c/.env; : > 'venv/.env/secret.txt'; touch venv/.env/new",
      );
      for (const path of hidden)
        assert.equal(await fs.readFile(join(folder, path), 'utf8'), `${secret}\n`, path);
    });

    it('leaves nothing of ours in the folder, neither while it runs nor after it', async () => {
      assert.deepEqual(await entriesOf(folder), entries);
      await core.service.stop(workspace.id);
      await core.service.start(workspace.id);
      assert.deepEqual(await entriesOf(folder), entries);
      await core.service.remove(workspace.id);
      assert.deepEqual(await entriesOf(folder), entries);
    });
  });

describe("a person's own patterns", function () {
  this.timeout(60_000);

  it('hide more, and show a built-in one again; the folder has no say', async () => {
    const engine = await testEngine();
    const folder = await temporaryFolder();
    let hiddenPaths = ['secrets/', '!test/*.pem'];
    const core = workspacesOnEngine(engine.connection, undefined, {
      pathPatterns: () => ({ protectedPaths: [], hiddenPaths }),
    });
    for (const path of ['secrets/x', 'test/a.pem', 'b.pem', '.vscode/settings.json']) {
      await fs.mkdir(join(folder, path, '..'), { recursive: true });
      await fs.writeFile(
        join(folder, path),
        path.startsWith('.vscode') ? '{"cordon.hiddenPaths":["!*"]}' : 'x',
      );
    }
    await ownedByPerson(folder);
    const { id } = await core.service.create({ name: 'patterns', folder, network: 'none' });
    const read = async () =>
      (await core.service.exec(id, ['sh', '-c', 'cat secrets/x test/a.pem b.pem'])).stdout;
    assert.equal(await read(), 'x');
    hiddenPaths = ['!*.pem'];
    await core.service.restart(id);
    assert.equal(await read(), 'xxx');
    await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(join(folder, '..'), { recursive: true });
  });
});
