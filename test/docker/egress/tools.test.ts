import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { debianImage, ensureImages, squidImage } from '../../host/images.mjs';
import { startPrivateEngine, type PrivateEngine } from '../../host/privateEngine.mjs';
import { connectTo } from '../../support/engine.ts';
import { entriesOf, ownedByPerson } from '../../support/folders.ts';
import {
  internetAddresses,
  internetNameServer,
  startTestInternet,
  type TestInternet,
} from '../../support/internet/testInternet.ts';
import { temporaryFolder, workspacesOnEngine } from '../../support/workspacesOnEngine.ts';

const [address] = internetAddresses;
const names = ['registry', 'pypi', 'git', 'web', 'deb'].map((name) => `${name}.example.test`);
/** The certificate of the servers is nobody's. */
const trust = {
  NODE_EXTRA_CA_CERTS: '/workspace/certificate.crt',
  PIP_CERT: '/workspace/certificate.crt',
  GIT_SSL_CAINFO: '/workspace/certificate.crt',
  CURL_CA_BUNDLE: '/workspace/certificate.crt',
};

/** What the servers have to offer is made by the same tools, in `/workspace/made`. */
const make = {
  npm: 'mkdir -p made/npm && cd made/npm && echo \'{"name":"demo","version":"1.0.0"}\' > package.json && npm pack --silent',
  pip: `mkdir -p made/pip && cd made/pip && python3 - <<'E'
import zipfile
with zipfile.ZipFile('demo-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('demo.py', 'print("demo of pip")\\n')
    wheel.writestr('demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n')
    wheel.writestr('demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('demo-1.0.dist-info/RECORD', '')
E`,
  // a repository in the folder would be asked about
  git: `git init -q /tmp/source && cd /tmp/source && echo demo > demo.txt && git add . &&
    git -c user.name=n -c user.email=e commit -qm first && git clone -q --bare . ../demo.git &&
    git -C ../demo.git update-server-info && tar -cf /workspace/made/demo.tar -C /tmp demo.git`,
};

/** What a person does in a build, and what is there afterwards. */
const uses = {
  'npm ci':
    'cd app && rm -rf node_modules && npm ci --cache "$(mktemp -d)" --no-audit --no-fund --fetch-retries=0 --registry https://registry.example.test/ && test -f node_modules/demo/package.json',
  'pip install':
    'rm -rf /tmp/site && pip install --no-cache-dir --retries 0 --index-url https://pypi.example.test/simple/ --target /tmp/site demo && PYTHONPATH=/tmp/site python3 -m demo',
  'git clone':
    'rm -rf /tmp/clone && git clone https://git.example.test/demo.git /tmp/clone && test -f /tmp/clone/demo.txt',
  curl: 'curl -fsS https://web.example.test/page.html | grep demo',
  'apt-get': `rm -rf /tmp/apt && mkdir -p /tmp/apt/lists/partial /tmp/apt/cache/archives/partial && cd /tmp/apt &&
    echo 'deb [trusted=yes] http://deb.example.test/debian stable main' > sources.list && set -- -o Dir::Etc::SourceList=/tmp/apt/sources.list \\
    -o Dir::Etc::SourceParts=/nowhere -o Dir::State::Lists=/tmp/apt/lists -o Dir::Cache=/tmp/apt/cache -o Debug::NoLocking=1 \\
    -o APT::Update::Error-Mode=any -o Acquire::Retries=0 && apt-get "$@" update && apt-get "$@" download demo && test -f demo_1.0_all.deb`,
} as const;

describe('what builds use, through the proxy of a filtered network', function () {
  this.timeout(120_000);
  let engine: PrivateEngine;
  let internet: TestInternet;
  let connection: ReturnType<typeof connectTo>;
  let core: ReturnType<typeof workspacesOnEngine>;
  let folder: string;
  let id: string;

  const run = async (line: string) =>
    await core.service.exec(id, ['sh', '-c', line], { env: trust, timeoutMs: 60_000 });
  const sh = async (line: string) => {
    const { exitCode, stdout, stderr } = await run(line);
    assert.equal(exitCode, 0, `${stdout}${stderr}`);
  };
  const made = (path: string) => fs.readFile(join(folder, 'made', path));

  before(async function () {
    this.timeout(600_000);
    engine = await startPrivateEngine({ nameServer: internetNameServer });
    internet = await startTestInternet(engine);
    await internet.know(Object.fromEntries(names.map((name) => [name, { answers: [[address]] }])));
    await ensureImages({ socketPath: engine.socketPath, wanted: [debianImage, squidImage] });
    connection = connectTo(`unix://${engine.socketPath}`);
    core = workspacesOnEngine(connection);
    folder = await temporaryFolder();
    await fs.copyFile(internet.certificateFile, join(folder, 'certificate.crt'));
    await ownedByPerson(folder);
    const limits = { memoryMiB: 512, tmpMiB: 64 };
    const request = { name: 'builds', folder, image: debianImage, network: 'filtered', limits } as const;
    ({ id } = await core.service.create(request));
    for (const line of Object.values(make)) await sh(line);
    await serve();
  });
  after(async () => {
    for (const workspace of core.service.list()) await core.service.remove(workspace.id);
    core.dispose();
    connection.dispose();
    await internet.dispose();
    await engine.stop();
    await fs.rm(join(folder, '..'), { recursive: true });
  });

  async function serve() {
    const archive = await made('npm/demo-1.0.0.tgz');
    const integrity = `sha512-${createHash('sha512').update(archive).digest('base64')}`;
    const resolved = 'https://registry.example.test/demo/-/demo-1.0.0.tgz';
    const dependencies = { demo: '1.0.0' };
    const packages = {
      '': { name: 'app', version: '1.0.0', dependencies },
      'node_modules/demo': { version: '1.0.0', resolved, integrity },
    };
    await fs.mkdir(join(folder, 'app'));
    const put = (name: string, content: object) =>
      fs.writeFile(join(folder, 'app', name), JSON.stringify(content));
    await put('package.json', { name: 'app', version: '1.0.0', dependencies });
    await put('package-lock.json', { name: 'app', version: '1.0.0', lockfileVersion: 3, packages });
    await ownedByPerson(join(folder, 'app'));

    const wheel = 'demo-1.0-py3-none-any.whl';
    const repository = new Map<string, Buffer>();
    const bare = await fs.mkdtemp(join(folder, '../bare-'));
    await promisify(execFile)('tar', ['-xf', join(folder, 'made/demo.tar'), '-C', bare]);
    for (const path of await entriesOf(bare))
      if ((await fs.stat(join(bare, path))).isFile())
        repository.set(`/${path}`, await fs.readFile(join(bare, path)));
    const deb = Buffer.from('a package of a test');
    const sha256 = createHash('sha256').update(deb).digest('hex');
    const about = `Package: demo\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody\nFilename: pool/demo_1.0_all.deb\n`;
    const listed = Buffer.from(`${about}Size: ${deb.length}\nSHA256: ${sha256}\nDescription: none\n`);
    await internet.serve({
      'registry.example.test': new Map([['/demo/-/demo-1.0.0.tgz', archive]]),
      'pypi.example.test': new Map([
        ['/simple/demo/', Buffer.from(`<a href="/files/${wheel}">${wheel}</a>`)],
        [`/files/${wheel}`, await made(`pip/${wheel}`)],
      ]),
      'git.example.test': repository,
      'web.example.test': new Map([['/page.html', Buffer.from('demo of curl\n')]]),
      'deb.example.test': new Map([
        ...['amd64', 'arm64'].map(
          (architecture) => [`/debian/dists/stable/main/binary-${architecture}/Packages`, listed] as const,
        ),
        ['/debian/pool/demo_1.0_all.deb', deb],
      ]),
    });
  }

  for (const [tool, line] of Object.entries(uses))
    it(`lets ${tool} through where its names are allowed, and not without`, async () => {
      await core.service.update(id, { egress: { allow: [] } });
      await internet.received();
      const refused = await run(line);
      assert.notEqual(refused.exitCode, 0, refused.stdout);
      assert.deepEqual(await internet.received(), [], 'nothing got out');
      const allow = [...names.slice(0, -1), 'GET deb.example.test/debian'];
      await core.service.update(id, { egress: { allow } });
      await sh(line);
      assert.ok((await internet.received()).length > 0, 'it was the server that answered');
    });
});
