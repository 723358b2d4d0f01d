import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { engineJson, engineRequest } from '../../host/engineRequest.mjs';
import { debianImage, ensureImages, smallImages } from '../../host/images.mjs';
import { managedResources } from '../../host/leftovers.mjs';
import { diagnosisText } from '../../../src/workspaces/diagnosis.ts';
import type { Secret } from '../../../src/workspaces/secrets/secret.ts';
import { testEngine, type TestEngine } from '../../support/engine.ts';
import { MemorySecurityLogStorage } from '../../support/memorySecurity.ts';
import { MemoryStorage } from '../../support/memoryStorage.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';
import { codeOf } from '../../support/workspacesOnFake.ts';

/** Every character of the first two blocks of Unicode but NUL, and what shells and formats make something of. */
const everyCharacter = Array.from({ length: 0x2ff }, (_, code) => String.fromCodePoint(code + 1)).join('');
const awkward: Readonly<Record<string, string>> = {
  TOKEN: 'tok-5fd924625f6ab16a',
  'key.pem': `-----BEGIN KEY-----\n${'Zm9vYmFy'.repeat(8)}\n-----END KEY-----\n`,
  QUOTES: `'"\`$(id)$HOME\\n\\0101\\x41%s%b !#&|;<>(){}[]*?~`,
  BLANKS: '  two before, a tab\tin it, and lines after\n\n\n',
  RETURNS: 'one\r\ntwo\r',
  everything: everyCharacter,
  emoji: '비밀 🔑 é',
  'a-dash': '-n -e --help',
  end: 'end\nend',
};

const all: readonly Secret[] = Object.entries(awkward).map(([name, value]) => ({ name, value, use: 'file' }));

for (const [title, image, profile] of [
  ['with busybox', 'cordon-test/tiny:local', 'standard'],
  ['with dash', debianImage, 'basic'],
] as const)
  describe(`secrets of a workspace, ${title}`, function () {
    this.timeout(120_000);
    let engine: TestEngine;
    let core: ReturnType<typeof workspacesOnEngine>;
    let folder: string;
    let id: string;
    const storage = new MemoryStorage();
    const securityLogStorage = new MemorySecurityLogStorage();

    const run = async (line: string, user?: string) => {
      const options = user === undefined ? {} : { user };
      const { stdout, exitCode } = await core.service.exec(id, ['sh', '-c', line], options);
      return { out: stdout, code: exitCode };
    };
    const digest = (value: string) => createHash('sha256').update(value).digest('hex');
    const containerId = () => {
      const container = core.service.get(id)?.container;
      assert.ok(container?.kind === 'running');
      return container.id;
    };
    const names = async () => (await run('ls -A /run/secrets')).out.split('\n').filter(Boolean);
    const requireEach = async (secrets: readonly Secret[]) => {
      assert.deepEqual(await names(), secrets.map(({ name }) => name).sort());
      for (const { name, value } of secrets) {
        const { out } = await run(
          `sha256sum <'/run/secrets/${name}'; stat -c '%a %u %F' '/run/secrets/${name}'; id -u`,
        );
        const [sum, stat, uid] = out.split('\n');
        assert.equal(sum?.slice(0, 64), digest(value), name);
        assert.equal(stat, `400 ${uid} regular file`, name);
      }
    };

    before(async () => {
      engine = await testEngine();
      await ensureImages({
        socketPath: engine.socketPath,
        wanted: profile === 'basic' ? [...smallImages, debianImage] : smallImages,
      });
      core = workspacesOnEngine(engine.connection, storage, { securityLogStorage });
      folder = await temporaryFolder();
      ({ id } = await core.service.create({ name: 'demo', folder, image, profile, network: 'none' }));
    });

    after(async () => {
      for (const workspace of core.service.list()) await core.service.remove(workspace.id);
      core.dispose();
      assert.deepEqual(await managedResources(engine.socketPath), []);
      await engine.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    });

    it('come into a container that runs, byte for byte, for its user alone', async () => {
      for (const secret of all) assert.equal(await core.secrets.set(id, secret), true);
      await requireEach(all);
      assert.deepEqual(
        (await core.secrets.list(id)).map(({ name }) => name),
        all.map(({ name }) => name).sort(),
      );
      const { out } = await run('stat -c "%a %u" /run/secrets; id -u');
      const [stat, uid] = out.split('\n');
      assert.equal(stat, `700 ${uid}`);
      for (const { name } of all)
        assert.notEqual((await run(`cat '/run/secrets/${name}'`, '12345:12345')).code, 0, name);
    });

    it('take 64 KiB of whatever text there is', async () => {
      const value = everyCharacter.repeat(80).slice(0, 34_000);
      const large: Secret = {
        name: 'large',
        use: 'file',
        value: value + 'x'.repeat(65_536 - Buffer.byteLength(value)),
      };
      await core.secrets.set(id, large);
      await requireEach([...all, large]);
      await core.secrets.remove(id, 'large');
      assert.equal(
        await codeOf(core.secrets.set(id, { ...large, value: `${large.value}x` })),
        'invalidRequest',
      );
      await requireEach(all);
    });

    it('keep the grade of the isolation', async () => {
      const { grade, findings } = await core.service.isolationReport(id);
      const wrong = findings
        .filter(({ ok }) => !ok)
        .map(({ id: finding, actual }) => `${finding}: ${actual}`);
      assert.equal(grade, 'A', wrong.join('\n'));
    });

    it('are gone with a stop, and there again after each start and restart', async () => {
      const before = containerId();
      await core.service.stop(id);
      const stopped = await engineJson(engine.socketPath, 'GET', `/containers/${before}/json`);
      assert.ok(stopped);
      await core.service.start(id);
      assert.equal(containerId(), before, 'it is the same container');
      await requireEach(all);
      await core.service.restart(id);
      await requireEach(all);
    });

    it('change in place, and go', async () => {
      const changed: Secret = { name: 'TOKEN', value: 'another-value', use: 'file' };
      await core.secrets.set(id, changed);
      await requireEach([...all.filter(({ name }) => name !== 'TOKEN'), changed]);
      await core.secrets.remove(id, 'TOKEN');
      await requireEach(all.filter(({ name }) => name !== 'TOKEN'));
      await core.secrets.set(id, all[0]!);
      await requireEach(all);
    });

    it('that change while it is paused are there when it runs on', async () => {
      await core.service.pause(id);
      assert.equal(await core.secrets.remove(id, 'emoji'), false);
      await core.service.resume(id);
      assert.equal((await names()).includes('emoji'), false);
      await core.secrets.set(
        id,
        all.find(({ name }) => name === 'emoji')!,
      );
    });

    it('for commands are in the environment of the one that asks for them, and nowhere else', async () => {
      const forCommands = Object.entries({
        DEPLOY_KEY: awkward['key.pem']!,
        value: awkward['QUOTES']!,
        name: awkward['BLANKS']!,
        EVERYTHING: everyCharacter,
      }).map(([name, value]): Secret => ({ name, value, use: 'command' }));
      for (const secret of forCommands) await core.secrets.set(id, secret);
      assert.deepEqual(await names(), all.map(({ name }) => name).sort(), 'none of them is a file');
      for (const terminal of [undefined, { columns: 80, rows: 24 }]) {
        const session = await core.service.openSession(id, {
          kind: 'command',
          command: [
            'sh',
            '-c',
            'for n in DEPLOY_KEY value name EVERYTHING; do eval "printf %s \\"\\$$n\\"" | sha256sum; done; ls -A /run/secrets | grep -c for-; exit 3',
          ],
          secrets: [...forCommands.map(({ name }) => name), 'TOKEN'],
          ...(terminal && { terminal }),
        });
        const lines = (await text(session.stdout)).split(/\r?\n/);
        assert.deepEqual(
          lines.slice(0, 4).map((line) => line.slice(0, 64)),
          forCommands.map(({ value }) => digest(value)),
        );
        assert.equal(lines[4], '0', 'what was left for it is gone');
        assert.equal(await session.exitCode, 3);
      }
      assert.equal((await run('echo "[$DEPLOY_KEY]"')).out, '[]\n');
      const without = { kind: 'command', command: ['true'] } as const;
      assert.equal(
        await codeOf(core.service.openSession(id, { ...without, secrets: ['NONE'] })),
        'invalidRequest',
      );
      assert.equal(
        await codeOf(core.service.openSession(id, { ...without, secrets: ['TOKEN'], user: '0:0' })),
        'invalidRequest',
      );
      const input = await core.service.openSession(id, {
        kind: 'command',
        command: ['cat'],
        secrets: ['TOKEN'],
        stdin: true,
      });
      input.stdin.end('its own input');
      assert.equal(await text(input.stdout), 'its own input');
    });

    it('are shown by nothing: engine, labels, logs, records, timeline and diagnosis', async () => {
      const typed: Secret = { name: 'TYPED', value: 'typed-by-hand-0ab1', use: 'command' };
      await core.secrets.set(id, typed);
      await core.service.exec(id, ['sh', '-c', `: --using ${typed.value}`]);
      const session = await core.service.openSession(id, {
        kind: 'command',
        command: ['sh', '-c', 'read -r _'],
        secrets: ['TOKEN', 'DEPLOY_KEY'],
        stdin: true,
      });
      const since = Math.floor(Date.now() / 1000) - 600;
      const container = (await engineJson(engine.socketPath, 'GET', `/containers/${containerId()}/json`)) as {
        ExecIDs: string[] | null;
        LogPath: string;
      };
      const execs = await Promise.all(
        (container.ExecIDs ?? []).map((exec) => engineJson(engine.socketPath, 'GET', `/exec/${exec}/json`)),
      );
      assert.ok(execs.length > 0, 'the session can be inspected');
      const shown = {
        container,
        execs,
        list: await engineJson(engine.socketPath, 'GET', '/containers/json?all=1'),
        storage: [...storage.values],
        securityLog: securityLogStorage.entries,
        log: core.log,
        workspace: core.service.get(id),
        sessions: core.service.sessions(id),
        timeline: await core.timeline.entries(id),
      };
      const diagnosis = diagnosisText({
        ...(await core.facts()),
        ...{ at: '', versions: {}, settings: {}, homes: [] },
        errors: [{ at: '', message: `failed with ${typed.value}` }],
      });
      session.stdin.end('\n');
      await session.exitCode;
      const until = Math.ceil(Date.now() / 1000);
      const { text: events } = await engineRequest(
        engine.socketPath,
        'GET',
        `/events?since=${since}&until=${until}`,
      );
      assert.match(events, /exec_create/);
      const places = { ...shown, diagnosis, events };
      for (const [place, value] of Object.entries(places)) {
        const written = JSON.stringify(value);
        for (const secret of [...all, typed]) {
          // What a person writes into a command line is for the engine to see.
          if (secret === typed && place === 'events') continue;
          assert.equal(
            written.includes(JSON.stringify(secret.value).slice(1, -1)),
            false,
            `${secret.name} in ${place}`,
          );
        }
      }
    });

    it('are written over whatever the container puts in their place, and nowhere else', async () => {
      const elsewhere = '/tmp/elsewhere';
      await run(
        `mkdir -p ${elsewhere} && cd /run/secrets && rm -f TOKEN QUOTES && ln -s ${elsewhere} TOKEN && ln -s ${elsewhere}/made QUOTES && rm BLANKS && mkdir -p BLANKS/deep && mkfifo .new-x && touch 'TOKEN
QUOTES' && ln -s / end2`,
      );
      assert.notEqual(
        (
          await run(
            `rmdir /run/secrets || mv /run/secrets /run/moved || ln -sfn ${elsewhere} /run/secrets/../secrets`,
          )
        ).code,
        7,
      );
      await core.secrets.set(id, all[0]!);
      await requireEach(all);
      assert.equal((await run(`ls -A ${elsewhere}`)).out, '');
      assert.equal((await run('ls / | grep -c proc')).out, '1\n');
    });

    it('that cannot be written say so, and are written by the next start', async () => {
      const busy = 'mkdir -p /run/secrets/shut/in && chmod 0 /run/secrets/shut';
      if ((await run('id -u')).out !== '0\n') {
        await run(busy);
        assert.equal(await codeOf(core.secrets.set(id, all[0]!)), 'engineFailed');
        await core.service.restart(id);
        await requireEach(all);
      }
      await run('cat /dev/zero >/run/secrets/.for-ever');
      assert.equal(await codeOf(core.secrets.set(id, all[0]!)), 'engineFailed');
      assert.equal(core.service.get(id)?.container.kind, 'running');
      await core.service.restart(id);
      await requireEach(all);
    });

    it('go with the workspace', async () => {
      const other = await core.service.create({ name: 'other', folder, image, network: 'none' });
      await core.secrets.set(other.id, all[0]!);
      await core.service.remove(other.id);
      assert.equal(await core.secrets.kept.read(other.id), undefined);
    });
  });

describe('secrets in an image without a shell', function () {
  this.timeout(60_000);

  it('keep the workspace from starting, and leave nothing', async () => {
    const engine = await testEngine();
    await ensureImages({ socketPath: engine.socketPath, wanted: smallImages });
    const core = workspacesOnEngine(engine.connection);
    const folder = await temporaryFolder();
    try {
      const image = 'cordon-test/noshell:local';
      const { id } = await core.service.create({
        name: 'demo',
        folder,
        image,
        network: 'none',
        start: false,
      });
      await core.secrets.set(id, all[0]!);
      await assert.rejects(core.service.start(id), (error: Error & { code: string }) => {
        assert.deepEqual(
          [error.code, error.message],
          [
            'engineFailed',
            'The secrets could not be written into the container: the image has no usable shell.',
          ],
        );
        return true;
      });
      assert.deepEqual(await managedResources(engine.socketPath), []);
      await core.secrets.removeAll(id);
      assert.equal((await core.service.start(id)).container.kind, 'running');
      await core.service.remove(id);
    } finally {
      core.dispose();
      await engine.dispose();
      await fs.rm(join(folder, '..'), { recursive: true });
    }
  });
});
