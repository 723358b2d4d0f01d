import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '../../../src/workspaces/workspace.ts';
import { profileNames, type ProfileName } from '../../../src/isolation/profile.ts';
import { hostileWorkspaces } from '../../support/hostileWorkspaces.ts';

/** A small project in four languages, with a dependency that is at hand as a tarball. */
const project: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'app', version: '1.0.0', dependencies: { dep: '1.0.0' } }),
  'dep/package.json': JSON.stringify({
    name: 'dep',
    version: '1.0.0',
    scripts: { install: 'node install.js' },
  }),
  'dep/index.js': 'exports.answer = 42;\n',
  'dep/install.js': 'require("node:fs").writeFileSync("installed.txt", "yes");\n',
  'sum.test.js': `
    const test = require('node:test'), assert = require('node:assert'), { Worker } = require('node:worker_threads');
    test('dependency', () => assert.equal(require('dep').answer, 42));
    test('worker', (_, done) => new Worker('process.exit(0)', { eval: true }).on('exit', () => done()));
    test('server', (_, done) => {
      const server = require('node:http').createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', async () => {
        assert.equal(await (await fetch('http://127.0.0.1:' + server.address().port)).text(), 'ok');
        server.close(done);
      });
    });`,
  'count.py': `
import os, subprocess, sys, tempfile, threading
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "numbers.txt")
    open(path, "w").write(" ".join(str(number) for number in range(5)))
    out = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True, check=True).stdout
    worker = threading.Thread(target=lambda: None); worker.start(); worker.join()
    print(sum(int(number) for number in open(path).read().split()), out.strip())
`,
  'hello.c': '#include <stdio.h>\nint main(void) { printf("hello %d\\n", 6 * 7); return 0; }\n',
  Makefile: 'all: one two\none two: hello.c\n\ttcc -o $@ hello.c\n',
};

describe('ordinary work', function () {
  this.timeout(60_000);
  let suite: Awaited<ReturnType<typeof hostileWorkspaces>>;
  const workspaces = new Map<ProfileName, Workspace>();

  before(async () => {
    suite = await hostileWorkspaces();
    for (const [path, content] of Object.entries(project)) {
      const file = join(suite.folder, path);
      await fs.mkdir(join(file, '..'), { recursive: true });
      await fs.writeFile(file, content);
      for (const one of [file, join(file, '..')]) await fs.chown(one, 1000, 1000);
    }
    const setUp = await suite.create({ name: 'set up', network: 'none' });
    const { code, out } = await suite.sh(
      setUp,
      `set -e; git init -q -b main; git add hello.c; git -c user.name=A -c user.email=a@example.com commit -qm first
       cd dep; npm pack --silent --pack-destination ..; cd ..; rm -r dep
       npm install --silent --offline --ignore-scripts --package-lock-only ./dep-1.0.0.tgz
       npm cache add --cache .npm-cache ./dep-1.0.0.tgz`,
    );
    assert.equal(code, 0, out);
    // as if the registry had said it: npm finds what it needs in the cache by its digest
    const file = join(suite.folder, 'package-lock.json');
    const lock = (await fs.readFile(file, 'utf8')).replaceAll(
      'file:dep-1.0.0.tgz',
      'https://registry.npmjs.org/dep/-/dep-1.0.0.tgz',
    );
    await fs.writeFile(
      file,
      lock.replace('"dep": "https://registry.npmjs.org/dep/-/dep-1.0.0.tgz"', '"dep": "1.0.0"'),
    );
    await fs.writeFile(join(suite.folder, 'package.json'), project['package.json']!);
    await fs.rm(join(suite.folder, 'dep-1.0.0.tgz'));
    for (const profile of profileNames)
      workspaces.set(profile, await suite.create({ name: profile, profile }));
  });
  after(() => suite.dispose());

  for (const profile of profileNames)
    describe(`in ${profile}`, () => {
      const isLive = profile !== 'strict';
      /** Runs a line in the folder, or in a copy of it where it cannot be written; gives its output. */
      const works = async (line: string) => {
        const place = isLive ? '' : 'cp -r /workspace $HOME/work 2>/dev/null; cd $HOME/work';
        const { code, out } = await suite.sh(workspaces.get(profile)!, `${place}\n${line}`);
        assert.equal(code, 0, out);
        return out;
      };

      it(
        isLive
          ? 'git sees changes and commits them'
          : 'git sees changes, and cannot commit in a read-only folder',
        async () => {
          const file = join(suite.folder, `new-${profile}.txt`);
          await fs.writeFile(file, 'new\n');
          await fs.chown(file, 1000, 1000);
          const workspace = workspaces.get(profile)!;
          assert.match(
            (await suite.sh(workspace, 'git status --short')).out,
            new RegExp(`\\?\\? new-${profile}.txt`),
          );
          const commit = `git add new-${profile}.txt && git -c user.name=A -c user.email=a@example.com commit -qm "${profile}" && git log -1 --format=%s`;
          const { code, out } = await suite.sh(workspace, commit);
          if (isLive) assert.equal(out, profile);
          else assert.notEqual(code, 0);
        },
      );

      it('npm installs from a local cache and runs install scripts', async () => {
        const out = await works(
          'npm ci --offline --cache "$PWD/.npm-cache" --no-audit --no-fund --foreground-scripts >/dev/null && cat node_modules/dep/installed.txt',
        );
        assert.equal(out.split('\n').at(-1), 'yes');
      });

      it('Node runs tests, with workers and a server', async () => {
        assert.match(await works('node --test sum.test.js'), /pass 3/);
      });

      it('Python runs, with threads, processes and temporary files', async () => {
        assert.equal(await works('python3 count.py && python3 -m py_compile count.py'), '10 42');
      });

      it('make builds C on all cores', async () => {
        assert.equal(await works('make -s -j2 && ./one && ./two'), 'hello 42\nhello 42');
      });

      it('watchers see what is edited outside', async () => {
        const workspace = workspaces.get(profile)!;
        const watched = `watched-${profile}.txt`;
        const program = `require('node:fs').watch('/workspace', (_, name) => {
          if (name === '${watched}') require('node:fs').writeFileSync('/tmp/seen', name);
        }); require('node:fs').writeFileSync('/tmp/ready', '');`;
        suite.keepRunning(workspace, `node -e "${program.replaceAll('\n', ' ')}"`);
        await suite.sh(workspace, 'until [ -e /tmp/ready ]; do sleep 0.05; done');
        await fs.writeFile(join(suite.folder, watched), 'edited\n');
        assert.equal(
          (
            await suite.sh(
              workspace,
              'timeout 10 sh -c "until [ -s /tmp/seen ]; do sleep 0.05; done"; cat /tmp/seen',
            )
          ).out,
          watched,
        );
      });

      it('has processes, pipes, temporary files, sockets, terminals and a home', async () => {
        const line = `set -e; ps -ef | grep -q sleep; seq 3 | sort -r | tr '\\n' ' '; mktemp >/dev/null; mkfifo /tmp/fifo-$$
          (echo through > /tmp/fifo-$$ &); cat /tmp/fifo-$$; echo kept > ~/kept; cat ~/kept; sleep 60 & kill $!
          script -qec 'test -t 1 && echo a terminal' /dev/null
          node -e 'const s = require("net").createServer().listen("/tmp/own.sock", () => s.close(() => console.log("listened")))'`;
        assert.match(await works(line), /^3 2 1 through\nkept\n(.*\n)?a terminal\r?\nlistened$/);
      });
    });
});
