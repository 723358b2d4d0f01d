import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { debianImage, ensureImages } from '../../host/images.mjs';
import { mostEntries, type ContainerFiles } from '../../../src/workspaces/inside/containerFiles.ts';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

for (const [title, image] of [
  ['busybox', 'cordon-test/tiny:local'],
  ['dash', debianImage],
] as const)
  describe(`files that only a container has, with ${title}`, function () {
    this.timeout(120_000);
    let engine: TestEngine;
    let core: ReturnType<typeof workspacesOnEngine>;
    let files: ContainerFiles;
    let folder: string;
    let id: string;

    before(async () => {
      engine = await testEngine();
      await ensureImages({ socketPath: engine.socketPath, wanted: [image] });
      core = workspacesOnEngine(engine.connection);
      files = core.files;
      folder = await temporaryFolder('files');
      ({ id } = await core.service.create({ name: 'files', folder, image, network: 'none' }));
      const { exitCode, stderr } = await core.service.exec(id, ['sh', '-c', hostile]);
      assert.equal(exitCode, 0, stderr);
    });
    after(async () => {
      await core.service.remove(id);
      await core.settled();
      core.dispose();
      await engine.dispose();
      await fs.rm(path.dirname(folder), { recursive: true, force: true });
    });

    const hostile = `mkdir /tmp/h && cd /tmp/h && printf 'content' >'-n' && printf 'two\\nlines' >'a
b' && : >'*' && : >.hidden && : >..odd && mkdir 'sub folder' && ln -s /etc/passwd link && ln -s nowhere broken &&
ln -s . loop && mkfifo pipe && mkdir closed && chmod 0 closed && printf 'secret' >shut && chmod 0 shut &&
mkdir many && cd many && i=0 && while [ $i -lt ${mostEntries + 50} ]; do : >$i; i=$((i+1)); done`;
    const bytesOf = async (content: Readable) => {
      const chunks: Buffer[] = [];
      for await (const chunk of content as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks);
    };

    it('are listed by kind, whatever they are called', async () => {
      const listed = await files.list(id, '/tmp/h');
      const rows = listed?.map(({ name, kind, isLink }) =>
        [name, kind, ...(isLink ? ['link'] : [])].join(' '),
      );
      assert.deepEqual(rows?.sort(), [
        '* file',
        '-n file',
        '..odd file',
        '.hidden file',
        'a\nb file',
        'broken other link',
        'closed folder',
        'link file link',
        'loop folder link',
        'many folder',
        'pipe other',
        'shut file',
        'sub folder folder',
      ]);
      const root = await files.list(id, '/');
      assert.ok(root?.some(({ name, kind }) => name === 'etc' && kind === 'folder'));
    });

    it('are at most so many of a folder, and none of one that cannot be read', async () => {
      assert.equal((await files.list(id, '/tmp/h/many'))?.length, mostEntries);
      assert.equal(await files.list(id, '/tmp/h/closed'), undefined);
      assert.equal(await files.list(id, '/nowhere'), undefined);
      assert.equal(await files.list(id, '/etc/passwd'), undefined);
      assert.deepEqual(await files.list(id, '/tmp/h/sub folder'), []);
    });

    it('tell their kind and size', async () => {
      const { size, kind, isLink, modifiedMs } = (await files.stat(id, '/tmp/h/-n')) ?? {};
      assert.deepEqual({ size, kind, isLink }, { size: 7, kind: 'file', isLink: false });
      assert.ok(Math.abs(Date.now() - (modifiedMs ?? 0)) < 3_600_000);
      assert.equal((await files.stat(id, '/tmp/h/link'))?.isLink, true);
      assert.equal((await files.stat(id, '/tmp/h/sub folder'))?.kind, 'folder');
      assert.equal((await files.stat(id, '/dev/zero'))?.kind, 'other');
      assert.equal(await files.stat(id, '/nowhere'), undefined);
    });

    it('are read byte for byte, plain files alone', async () => {
      for (const [name, content] of [
        ['/tmp/h/-n', 'content'],
        ['/tmp/h/a\nb', 'two\nlines'],
        ['/tmp/h/*', ''],
      ] as const) {
        const reading = await files.read(id, name);
        assert.equal((await bytesOf(reading.content)).toString(), content);
        await reading.ended;
      }
      for (const name of ['/tmp/h/pipe', '/dev/zero', '/tmp/h/shut', '/tmp/h', '/nowhere']) {
        const reading = await files.read(id, name);
        assert.equal((await bytesOf(reading.content)).length, 0);
        await assert.rejects(reading.ended, /no such file/);
      }
    });

    it('can be left in the middle, and nothing of that goes on inside', async () => {
      await core.service.exec(id, ['sh', '-c', 'head -c 8000000 /dev/zero >/tmp/h/large']);
      const { content, stop } = await files.read(id, '/tmp/h/large');
      content.once('readable', () => undefined);
      await stop();
      const { stdout } = await core.service.exec(id, ['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "']);
      assert.ok(!stdout.includes('cat /tmp/h/large'), stdout);
    });

    it('leave no session behind, and need a workspace that runs', async () => {
      assert.deepEqual(core.service.sessions(id), []);
      await core.service.pause(id);
      assert.equal(await codeOf(files.list(id, '/')), 'notRunning');
      await core.service.resume(id);
      assert.ok(await files.list(id, '/'));
    });
  });

describe('files of a container without a shell', function () {
  this.timeout(120_000);

  it('cannot be read, which is said', async () => {
    const engine = await testEngine();
    const image = 'cordon-test/noshell:local';
    await ensureImages({ socketPath: engine.socketPath, wanted: [image] });
    const core = workspacesOnEngine(engine.connection);
    const folder = await temporaryFolder('files');
    const { id } = await core.service.create({ name: 'files', folder, image, network: 'none' });
    assert.equal(await codeOf(core.files.list(id, '/')), 'invalidRequest');
    await core.service.remove(id);
    core.dispose();
    await engine.dispose();
    await fs.rm(path.dirname(folder), { recursive: true, force: true });
  });
});
