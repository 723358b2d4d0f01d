import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProjectTasks } from '../../../../src/workspaces/tasks/findProjectTasks.ts';

describe('the tasks of a project', () => {
  let parent: string;
  let root: string;
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'cordon-tasks-'));
    root = path.join(parent, 'project');
    mkdirSync(root);
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  const write = (name: string, content: unknown) => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  const names = async () => (await findProjectTasks(root)).map(({ name }) => name);

  it('are the scripts of package.json, with the matchers for what they run', async () => {
    write('package.json', {
      scripts: {
        build: 'tsc -p . && eslint .',
        prebuild: 'true',
        watch: 'tsc -p . --watch',
        test: 'node --test',
        prepare: 'true',
      },
    });
    assert.deepEqual(await findProjectTasks(root), [
      {
        name: 'npm run build',
        command: 'npm',
        args: ['run', 'build'],
        folder: '',
        group: 'build',
        matchers: ['$tsc', '$eslint-stylish'],
      },
      {
        name: 'npm run watch',
        command: 'npm',
        args: ['run', 'watch'],
        folder: '',
        matchers: ['$tsc-watch'],
        isBackground: true,
      },
      {
        name: 'npm run test',
        command: 'npm',
        args: ['run', 'test'],
        folder: '',
        group: 'test',
        matchers: [],
      },
      { name: 'npm run prepare', command: 'npm', args: ['run', 'prepare'], folder: '', matchers: [] },
    ]);
  });

  it('are run by the package manager of the project', async () => {
    write('package.json', { scripts: { a: 'b' } });
    write('yarn.lock', '');
    assert.deepEqual(await names(), ['yarn run a']);
    write('package.json', { scripts: { a: 'b' }, packageManager: 'pnpm@9.1.0' });
    assert.deepEqual(await names(), ['pnpm run a']);
    write('package.json', { scripts: { a: 'b' }, packageManager: '/bin/evil@1' });
    assert.deepEqual(await names(), ['yarn run a']);
  });

  it('are the targets of a Makefile, and none that are files, patterns or variables', async () => {
    write(
      'Makefile',
      [
        'CC := gcc',
        'FLAGS ::= -O2',
        'export A = b:c',
        '.PHONY: all clean docs/site',
        'all: main.o',
        'main.o: main.c',
        '\tgcc: not a target',
        '%.o: %.c',
        '$(OBJECTS): x',
        'clean docs/site:',
        'test:: all # with two colons',
        '--evil: x',
        `${'long'.repeat(1000)}: x`,
      ].join('\n'),
    );
    assert.deepEqual(await names(), ['make all', 'make clean', 'make docs/site', 'make test']);
    const tasks = await findProjectTasks(root);
    assert.deepEqual(
      tasks.map(({ group }) => group),
      ['build', 'clean', undefined, 'test'],
    );
    assert.deepEqual(tasks[0]?.matchers, ['$cordon-gcc']);
  });

  it('are what cargo, go and pytest are asked for', async () => {
    write('Cargo.toml', '');
    write('go.mod', '');
    write('pyproject.toml', '[tool.pytest.ini_options]\n');
    assert.deepEqual(await names(), [
      ...['cargo build', 'cargo test', 'cargo check', 'cargo run', 'cargo clean'],
      ...['go build ./...', 'go test ./...', 'go vet ./...', 'pytest'],
    ]);
    write('pyproject.toml', '[project]\n');
    assert.ok(!(await names()).includes('pytest'));
  });

  it('are found in the folders of a monorepo, two levels deep, without matchers that would point elsewhere', async () => {
    for (const folder of [
      'packages/a',
      'packages/a/deeper',
      'node_modules/x',
      '.hidden',
      'packages/${env:HOME}',
    ])
      write(`${folder}/package.json`, { scripts: { build: 'tsc' } });
    assert.deepEqual(await findProjectTasks(root), [
      {
        name: 'npm run build',
        command: 'npm',
        args: ['run', 'build'],
        folder: 'packages/a',
        group: 'build',
        matchers: [],
      },
    ]);
  });

  it('take nothing out of a file in which VS Code would replace something or a program see an option', async () => {
    const scripts = [
      '${command:workbench.action.quit}',
      '${env:HOME}',
      '--script-shell=x',
      'a\u202eb',
      'a\nb',
      '',
    ];
    write('package.json', {
      scripts: Object.fromEntries([...scripts, 'fine'].map((name) => [name, 'true'])),
    });
    assert.deepEqual(await names(), ['npm run fine']);
  });

  it('survive files that are none of theirs', async () => {
    for (const content of [
      '',
      '{',
      '[]',
      'null',
      '{"scripts":[]}',
      '{"scripts":{"a":null}}',
      '\0'.repeat(100),
    ]) {
      write('package.json', content);
      await findProjectTasks(root);
    }
    write('package.json', { scripts: { a: 'b' }, padding: 'x'.repeat(1024 * 1024) });
    assert.deepEqual(await names(), [], 'too large');
    rmSync(path.join(root, 'package.json'));
    mkdirSync(path.join(root, 'package.json'));
    execFileSync('mkfifo', [path.join(root, 'Makefile')]);
    assert.deepEqual(await names(), [], 'a pipe holds nothing up');
    assert.deepEqual(await findProjectTasks(path.join(root, 'missing')), []);
  });

  it('are bounded in number', async () => {
    const scripts = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`s${n}`, 'true']));
    for (let n = 0; n < 20; n++) write(`p${n}/package.json`, { scripts });
    assert.equal((await names()).length, 500);
  });

  it('never come from behind a symbolic link out of the folder', async () => {
    const secret = path.join(parent, 'secret');
    mkdirSync(secret);
    writeFileSync(path.join(secret, 'package.json'), JSON.stringify({ scripts: { secret: 'true' } }));
    symlinkSync(path.join(secret, 'package.json'), path.join(root, 'package.json'));
    symlinkSync(secret, path.join(root, 'sub'));
    assert.deepEqual(await names(), []);
    // the opened folder may be a link itself: that is what the person chose
    const link = path.join(parent, 'link');
    symlinkSync(secret, link);
    assert.deepEqual(
      (await findProjectTasks(link)).map(({ name }) => name),
      ['npm run secret'],
    );
  });
});
