import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { managedResources, removeManaged } from '../host/leftovers.mjs';
import { testEngine, tinyImage, type TestEngine } from '../support/engine.ts';

const run = promisify(execFile);
const project = path.join(import.meta.dirname, '../..');
const headlessCode = path.join(project, 'test/host/vscode/code-headless.mjs');
const largestMiB = 1.5;

describe('the package', function () {
  this.timeout(300_000);
  let temporary: string;
  let vsix: string;
  let engine: TestEngine;
  const name = `package-${randomBytes(3).toString('hex')}`;
  const inTemporary = (...names: string[]) => path.join(temporary, ...names);
  const profile = () => [
    '--user-data-dir',
    inTemporary('user-data'),
    '--extensions-dir',
    inTemporary('extensions'),
  ];

  before(async () => {
    temporary = realpathSync(await mkdtemp(path.join(tmpdir(), 'cordon-package-')));
    engine = await testEngine();
    vsix = await makePackage();
  });
  after(async () => {
    await removeManaged(engine.socketPath, `cordon.workspace.name=${name}`);
    await engine.dispose();
    await rm(temporary, { recursive: true });
  });

  it('is small', () => {
    const mib = statSync(vsix).size / 2 ** 20;
    assert.ok(mib < largestMiB, `${mib.toFixed(2)} MiB`);
  });

  it('installs, with what runs and what people read, and nothing else', async () => {
    await run(process.execPath, [headlessCode, '--install-extension', vsix, '--force', ...profile()]);
    const [folder = ''] = readdirSync(inTemporary('extensions')).filter((entry) =>
      entry.startsWith('cordon.cordon-'),
    );
    const files = readdirSync(inTemporary('extensions', folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(inTemporary('extensions', folder), path.join(entry.parentPath, entry.name)),
      );
    const known: readonly [RegExp, least: number][] = [
      [/^dist\/[\w-]+\.js$/, 2],
      [/^dist\/details\/page\.(js|css)$/, 2],
      [/^media\/.*\.(svg|png|md)$/, 3],
      // what people who want to know the filter of `strict` read
      [/^media\/seccomp\/strict\.json$/, 1],
      [/^package(\.nls(\.\w+)?)?\.json$/, 3],
      [/^l10n\/bundle\.l10n(\.ko)?\.json$/, 2],
      [/^cordon\.d\.ts$/, 1],
      [/^(readme|changelog)\.md$/i, 2],
      [/^license(\.txt|\.md)?$/i, 1],
      [/^\.vsixmanifest$/, 0],
    ];
    assert.deepEqual(
      files.filter((file) => !known.some(([pattern]) => pattern.test(file))),
      [],
      'nothing else',
    );
    for (const [pattern, least] of known)
      assert.ok(
        files.filter((file) => pattern.test(file)).length >= least,
        `${pattern.source} in ${files.join(' ')}`,
      );
    const manifest = JSON.parse(readFileSync(inTemporary('extensions', folder, 'package.json'), 'utf8')) as {
      main: string;
      icon: string;
      types: string;
    };
    for (const named of [manifest.main, manifest.icon, manifest.types])
      assert.ok(files.includes(path.normalize(named)), named);
  });

  it('runs as installed: another extension creates, works in and removes a workspace', async () => {
    const folder = inTemporary(name);
    const harness = inTemporary('harness');
    const out = inTemporary('seen.json');
    for (const each of [folder, harness, inTemporary('user-data', 'User')])
      mkdirSync(each, { recursive: true });
    writeFileSync(path.join(folder, 'hello.txt'), 'hello\n');
    writeFileSync(
      path.join(harness, 'package.json'),
      JSON.stringify({ name: 'harness', publisher: 'cordon', version: '1.0.0', engines: { vscode: '*' } }),
    );
    writeFileSync(
      inTemporary('user-data', 'User', 'settings.json'),
      JSON.stringify({ 'cordon.image': tinyImage, 'cordon.engine.host': `unix://${engine.socketPath}` }),
    );
    const tests = path.join(import.meta.dirname, 'harness.cjs');
    await run(
      process.execPath,
      [
        ...[headlessCode, folder, `--extensionDevelopmentPath=${harness}`, `--extensionTestsPath=${tests}`],
        ...profile(),
      ],
      { env: { ...process.env, CORDON_PACKAGE_TEST_OUT: out, CORDON_PACKAGE_TEST_NAME: name } },
    );
    const seen = JSON.parse(readFileSync(out, 'utf8')) as Record<string, string>;
    assert.equal(
      path.dirname(seen['path'] ?? ''),
      inTemporary('extensions'),
      'the installed one, not the project',
    );
    assert.equal(seen['container'], 'running');
    assert.match(seen['grade'] ?? '', /^[AB]$/);
    assert.deepEqual(await managedResources(engine.socketPath, `cordon.workspace.name=${name}`), []);
  });

  /** Packages a copy: the build of the project stays as it is. */
  async function makePackage(): Promise<string> {
    const copy = inTemporary('project');
    const left = /^(?:\.git|\.cache|node_modules|dist|out|coverage|test)$/;
    cpSync(project, copy, { recursive: true, filter: (file) => !left.test(path.relative(project, file)) });
    symlinkSync(path.join(project, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
    await run('npm', ['run', 'package'], { cwd: copy });
    return path.join(copy, 'dist/cordon.vsix');
  }
});
