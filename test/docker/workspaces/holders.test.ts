import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { sizeFrame, typedFrames } from '../../../src/workspaces/terminals/holderFrames.ts';
import { holders } from '../../../src/workspaces/terminals/holders.ts';
import { ensurePrograms } from '../../host/aptPackages.mjs';

/** They run on this machine as they do in a container. */
describe('the holders of terminals', function () {
  this.timeout(60_000);

  const children = new Set<ChildProcess>();

  before(async () => {
    const packages = { perl: 'perl-base', python3: 'python3-minimal', bash: 'bash' };
    await ensurePrograms(packages, { why: 'The test of holders' });
  });

  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    children.clear();
  });

  for (const holder of holders)
    describe(holder.places[0] ?? '', () => {
      const [place = ''] = holder.places;

      /** Somebody who carries the terminal of a session, as far as a test sees them. */
      function client(words: readonly string[], id: string) {
        const [program = '', ...args] = words;
        // In a process session of its own, as the engine starts it: all of the one of its terminal is ended.
        const env = { PATH: process.env['PATH'], CORDON_SESSION_ID: id };
        const child = spawn(program, args, { env, detached: true });
        children.add(child);
        const seen = { output: '', words: '' };
        child.stdout.on('data', (chunk: Buffer) => (seen.output += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (seen.words += chunk.toString()));
        child.stdin.on('error', () => undefined);
        const gone = once(child, 'close');
        const shows = async (what: RegExp) => {
          for (let tries = 0; !what.test(seen.output); tries++) {
            assert.ok(tries < 400, `${what.source} in ${JSON.stringify(seen.output.slice(-500))}`);
            await delay(25);
          }
        };
        const type = (line: string) => child.stdin.write(typedFrames(Buffer.from(line)));
        return Object.assign(seen, { child, gone, shows, type });
      }
      const start = (id: string, command: readonly string[], keepAliveSeconds = 20) =>
        client(holder.start(place, { id, keepAliveSeconds, columns: 100, rows: 30, command }), id);
      const join = (id: string, position = 0, keepAliveSeconds = 20) =>
        client(holder.join(place, { id, keepAliveSeconds, position }), id);
      const shell = ['/bin/bash', '--norc', '--noprofile'];

      it('keep a shell, its size and what it printed for the next client, and tell how it ends', async () => {
        const id = randomUUID();
        const first = start(id, shell);
        await first.shows(/^cordon 0 \d+\n/);
        first.type('x=42; stty size; echo a$((1 + 1))b\n');
        await first.shows(/30 100\r\na2b\r\n/);
        first.child.stdin.end();
        await first.gone;
        assert.equal(first.words, '');
        const second = join(id);
        await second.shows(/^cordon 0 \d+\n[^]*a2b/);
        second.child.stdin.write(sizeFrame(90, 20));
        second.type('stty size; echo x$x; exit 7\n');
        await second.gone;
        assert.match(second.output, /20 90\r\nx42\r\n/);
        assert.equal(second.words, 'cordon: exit 7\n');
        const late = join(id);
        await late.gone;
        assert.deepEqual([late.output, late.words], ['', 'cordon: none\n']);
      });

      it('have one client at a time, the newest, who goes on from what the one before has seen', async () => {
        const id = randomUUID();
        const first = start(id, shell);
        first.type('echo a$((1 + 1))b\n');
        await first.shows(/a2b\r\n[^]*[$#] $/);
        const seen = first.output.length - first.output.indexOf('\n') - 1;
        const second = join(id, seen);
        await first.gone;
        assert.equal(first.words, 'cordon: closed\n');
        await second.shows(new RegExp(`^cordon ${seen} 0\n$`));
        second.type('kill -9 $$\n');
        await second.gone;
        assert.equal(second.words, 'cordon: exit 137\n');
      });

      it('keep the last lines of much output, and the exit code, while nobody is there', async () => {
        const id = randomUUID();
        const first = start(id, ['/bin/bash', '-c', 'echo begun; sleep 1; seq 1 400000; exit 3']);
        await first.shows(/begun/);
        first.child.kill('SIGKILL');
        await delay(4000);
        const second = join(id);
        await second.gone;
        assert.equal(second.words, 'cordon: exit 3\n');
        const [, position, length] = /^cordon (\d+) (\d+)\n/.exec(second.output) ?? [];
        assert.ok(Number(length) <= 524_288 && Number(length) > 200_000, length);
        const lines = second.output.trimEnd().split('\r\n');
        assert.equal(lines.at(-1), '400000');
        assert.match(lines[0] ?? '', /^cordon \d+ \d+\n\d{6}$/, 'begins with a whole line');
        assert.ok(Number(position) > 1_000_000);
      });

      it('hold the shell back while the client does not read, and lose nothing at its end', async () => {
        const id = randomUUID();
        const { child, gone, output, words } = start(id, [
          ...['/bin/bash', '-c', 'stty -opost; head -c 3000000 /dev/zero; printf end'],
        ]);
        assert.deepEqual([output, words], ['', '']);
        child.stdout.removeAllListeners('data').pause();
        const chunks: Buffer[] = [];
        await delay(1500);
        child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk)).resume();
        await gone;
        const all = Buffer.concat(chunks);
        const header = all.subarray(0, all.indexOf('\n') + 1);
        assert.match(header.toString(), /^cordon 0 \d+\n$/);
        assert.equal(all.length - header.length, 3_000_003);
      });

      it('end with all of their session after a time without client', async () => {
        const id = randomUUID();
        const first = start(id, shell, 1);
        first.type('sleep 3001 & setsid nohup sleep 3002 >/dev/null 2>&1 & echo p $! $$ p\n');
        await first.shows(/p \d+ \d+ p\r\n/);
        const [, ...pids] = /p (\d+) (\d+) p\r\n/.exec(first.output) ?? [];
        first.child.kill('SIGKILL');
        await delay(8000);
        for (const pid of pids) assert.throws(() => process.kill(Number(pid), 0), pid);
        const late = join(id);
        await late.gone;
        assert.equal(late.words, 'cordon: none\n');
      });

      it('tell of a program that cannot be run as a shell does', async () => {
        const missing = start(randomUUID(), ['/no/such/program']);
        await missing.gone;
        assert.match(missing.output, /\/no\/such\/program: No such file/);
        assert.equal(missing.words, 'cordon: exit 127\n');
      });
    });
});
