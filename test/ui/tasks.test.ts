import assert from 'node:assert/strict';
import { access, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { engineJson } from '../host/engineRequest.mjs';
import { startCordon, type CordonHost } from './support/cordonHost.ts';
import type { CordonWindow } from './support/cordonWindow.ts';
import { eventually } from './support/eventually.ts';

/** Prints what compilers and linters print: with paths relative to where they run, and with those of the container. */
const tools = {
  'tools/tsc.sh': `echo "arguments: $1 $(echo $2 | tr / +)"; echo "src/app.ts(3,7): error TS2322: First $GREETING."
printf '\\033[96msrc/app.ts\\033[0m:\\033[93m4\\033[0m:\\033[93m1\\033[0m - error TS1005: Second.\\n'; exit 2`,
  'tools/eslint.sh': String.raw`printf '\033[4m/workspace/src/%s\033[24m\n  2:5  error  Unused variable  no-unused\n\n' util.js; exit 1`,
  'tools/watch.sh': `for n in 1 2; do
  echo "12:00:0$n - Starting compilation in watch mode..."
  until [ -e go ]; do sleep 0.1; done
  echo "src/watched.ts(1,1): error TS2304: Watched."
  echo "12:00:0$n - Found 1 error. Watching for file changes."
  sleep 4242
done`,
};

const tasks = [
  {
    label: 'compile',
    command: 'sh',
    args: ['${workspaceFolder}/tools/tsc.sh', '${relativeFile}', '${file}'],
    env: { GREETING: '${workspaceFolderBasename}' },
    problemMatcher: '$tsc',
  },
  { label: 'lint', command: 'sh tools/eslint.sh', problemMatcher: '$eslint-stylish' },
  {
    label: 'watch',
    command: 'sh tools/watch.sh',
    isBackground: true,
    problemMatcher: '$tsc-watch',
  },
  { label: 'after watch', command: 'cat src/app.ts >after.txt', dependsOn: ['watch'] },
];

describe('tasks in a window', function () {
  this.timeout(120_000);
  let host: CordonHost;
  let window: CordonWindow;

  before(async () => {
    host = await startCordon({
      folderName: 'tasks',
      files: {
        ...tools,
        'src/app.ts': 'one\ntwo\nthree\nfour\n',
        'src/util.js': 'one\ntwo\n',
        'src/watched.ts': 'one\n',
        'package.json': JSON.stringify({ scripts: { greet: 'echo' } }),
        Makefile: 'hello:\n\ttrue\n',
        '.vscode/tasks.json': JSON.stringify({
          version: '2.0.0',
          tasks: tasks.map((task) => ({ type: 'cordon', ...task })),
        }),
      },
    });
    window = host.window;
  });
  after(() => host.close());
  beforeEach(() => window.notifications.clear());

  it('create the workspace when the person wants that, and put problems at the files of the folder', async () => {
    await window.openFile('hello.txt');
    await run('compile');
    await window.notifications.press('Task compile needs a workspace of the folder.', 'Create Workspace');
    await window.terminal.shows(/^arguments: hello\.txt \+workspace\+hello\.txt$/);
    await window.terminal.shows(/terminated with exit code: 2/);
    const found = await problems(3);
    assert.deepEqual(found, ['app.tssrc2', `First${host.name}.ts2322[Ln3,Col7]`, 'Second.ts1005[Ln4,Col1]']);
  });

  it('open the file of the folder from a problem', async () => {
    await window.page.locator('.markers-panel .monaco-list-row', { hasText: 'Second' }).dblclick();
    await window.page.locator('.statusbar-item', { hasText: 'Ln 4, Col 1' }).waitFor();
    const crumbs = window.page.locator('.breadcrumbs-control .monaco-breadcrumb-item');
    assert.deepEqual(
      (await crumbs.allInnerTexts()).map((crumb) => crumb.trim()),
      ['src', 'app.ts'],
    );
    await window.page.locator('.view-line', { hasText: 'four' }).waitFor();
    await window.shot('task-problem');
  });

  it('show the problems of a linter that prints absolute paths', async () => {
    await run('lint');
    // it was printed with the path of the container, and stands there with that of this machine
    await window.terminal.shows(new RegExp(`^${host.folder}/src/util.js$`));
    assert.deepEqual((await problems(5)).slice(3), [
      'util.jssrc1',
      'Unusedvariableeslintno-unused[Ln2,Col5]',
    ]);
  });

  it('wait for one that watches until it has built, and show what it found', async () => {
    await run('after watch');
    await eventually('the watcher', async () =>
      (await processes()).some((line) => line.includes('watch.sh')),
    );
    await assert.rejects(access(path.join(host.folder, 'after.txt')));
    await writeFile(path.join(host.folder, 'go'), '');
    await eventually('the task after it', () =>
      readFile(path.join(host.folder, 'after.txt'), 'utf8').catch(() => undefined),
    );
    assert.deepEqual((await problems(7)).slice(5), ['watched.tssrc1', 'Watched.ts2304[Ln1,Col1]']);
  });

  it('end inside when they are terminated', async () => {
    assert.ok((await processes()).some((line) => line.startsWith('sleep 4242')));
    await window.quickInput.run('Tasks: Terminate Task');
    await window.quickInput.choose('watch');

    await eventually('the end', async () => !(await processes()).some((line) => /watch|4242/.test(line)));
  });

  it('offer what the project says how to run', async () => {
    await window.quickInput.run('Tasks: Run Task');
    await eventually('the kinds of tasks', async () => (await window.quickInput.rows()).some(isOurs));
    await window.quickInput.type('cordon');
    await eventually('the kind', async () => isOurs((await window.quickInput.rows())[0] ?? ''));
    await window.quickInput.accept();
    const rows = await eventually('the tasks', async () => {
      const found = await window.quickInput.rows();
      return found.some((row) => row.includes('greet')) && found;
    });
    for (const name of ['Cordon: npm run greet', 'Cordon: make hello'])
      assert.ok(
        rows.some((row) => row.startsWith(name)),
        `${name} in ${rows.join('; ')}`,
      );
    await window.quickInput.dismiss();
  });

  async function run(label: string): Promise<void> {
    await window.quickInput.run('Tasks: Run Task');
    await window.quickInput.choose(label);
  }

  /** The rows of the Problems view without their spaces, once there are as many or more. */
  async function problems(count: number): Promise<string[]> {
    await window.quickInput.run('Problems: Focus on Problems View');
    return await eventually(`${count} problems`, async () => {
      const rows = await window.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
      return rows.length >= count && rows.map((row) => row.replaceAll(/[\s()]+/g, ''));
    });
  }

  async function processes(): Promise<string[]> {
    const id = (await host.containerId()) ?? '';
    const { Processes } = (await engineJson(host.engine.socketPath, 'GET', `/containers/${id}/top`)) as {
      Processes: string[][];
    };
    return Processes.map((columns) => columns.at(-1) ?? '');
  }
});

function isOurs(row: string): boolean {
  return row.includes('cordon');
}
