import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import { CordonError } from '../../../../src/shared/errors.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { runProcesses } from '../../../support/fakeProcess.ts';
import type { CustomExecution } from '../../../support/vscode/tasks.ts';
import { Task, TaskScope } from '../../../support/vscode/tasks.ts';

const token = {} as vscode.CancellationToken;

/** What VS Code does with a task of type `cordon`: has it resolved, asks for its terminal, and opens that. */
function taskRunner(cordon: ReturnType<typeof cordonInWindow>) {
  const provider = cordon.window.taskProviders.get('cordon');
  return async (definition: Record<string, unknown>, scope?: vscode.WorkspaceFolder | TaskScope) => {
    const written = new Task(
      { type: 'cordon', ...definition },
      scope ?? cordon.window.folders[0] ?? TaskScope.Workspace,
      'my task',
      'Workspace',
      undefined as unknown as CustomExecution,
      ['$tsc'],
    );
    const resolved = (await provider?.resolveTask(
      written as unknown as vscode.Task,
      token,
    )) as unknown as Task;
    assert.equal(resolved.definition, written.definition, 'VS Code wants the same object back');
    assert.deepEqual(resolved.problemMatchers, ['$tsc']);
    const pty = await resolved.execution.callback(resolved.definition);
    return cordon.window.createTerminal({ name: resolved.name, pty });
  };
}

async function given({ start = true } = {}) {
  const cordon = cordonInWindow();
  const processes = runProcesses(cordon.engine);
  const { id } = await cordon.given('demo', { start });
  return { ...cordon, id, processes, run: taskRunner(cordon) };
}

describe('a task of type cordon', () => {
  it('runs a program with its arguments, and ends with its exit code', async () => {
    const { run, processes, service, id, window } = await given();
    const terminal = await run({ command: 'npm', args: ['run', 'a b'], cwd: 'sub', env: { CI: '1' } });
    const process = await processes.next();
    assert.deepEqual(process.request.command, ['npm', 'run', 'a b']);
    assert.deepEqual([process.request.cwd, process.request.env['CI']], ['/workspace/sub', '1']);
    assert.deepEqual(process.request.terminal, { columns: 100, rows: 30 });
    assert.deepEqual(
      service.sessions(id).map(({ kind }) => kind),
      ['task'],
    );
    const view = window.tree('cordon.workspaces');
    const rows = await view.rows((await view.rows())[0]?.node);
    assert.match(rows.find(({ label }) => label === 'Task')?.description ?? '', /^npm run a b · /);
    process.exit(3);
    assert.equal(await terminal.closes(), 3);
    assert.deepEqual(service.sessions(id), []);
  });

  it('gives a line to the shell, with the paths of this machine as the container has them', async () => {
    const { run, processes } = await given();
    await run({
      command: 'cat /projects/demo/a.txt | wc',
      cwd: '/projects/demo/sub',
      env: { FILE: '/projects/demo/b' },
    });
    const { request } = await processes.next();
    assert.deepEqual(request.command, ['sh', '-c', 'cat /workspace/a.txt | wc']);
    assert.deepEqual([request.cwd, request.env['FILE']], ['/workspace/sub', '/workspace/b']);
  });

  it('shows the paths of the container as this machine has them, also one that comes in pieces or not at all', async () => {
    const { run, processes } = await given();
    const terminal = await run({ command: 'make' });
    const process = await processes.next();
    process.print('\u001b[4m/work');
    process.print('space/src/a.ts\u001b[24m\r\n');
    await terminal.shows('\u001b[4m/projects/demo/src/a.ts\u001b[24m\r\n');
    process.print('Continue? y/');
    await terminal.shows('Continue? y/');
    process.print('\r\nin /workspace');
    process.exit(0);
    await terminal.shows('in /workspace');
  });

  it('ends its processes when it is terminated', async () => {
    const { run, processes } = await given();
    const terminal = await run({ command: 'sleep 1000' });
    const process = await processes.next();
    process.print('x');
    await terminal.shows('x');
    terminal.close();
    await process.exitCode;
    assert.equal(process.signal, 'HUP');
  });

  it('starts its workspace, and says so', async () => {
    const { run, processes, service, id } = await given({ start: false });
    const terminal = await run({ command: 'make' });
    (await processes.next()).exit(0);
    assert.match(terminal.output, /Starting demo/);
    assert.equal(service.get(id)?.container.kind, 'running');
    assert.equal(await terminal.closes(), 0);
  });

  it('starts it once for tasks that run side by side', async () => {
    const { run, processes, engine } = await given({ start: false });
    await Promise.all([run({ command: 'make a' }), run({ command: 'make b' })]);
    await processes.next();
    await processes.next();
    assert.equal(engine.containers.size, 1);
  });

  it('lets one that is paused alone, unless the person wants it resumed', async () => {
    const { run, processes, service, id, window } = await given();
    await service.pause(id);
    const refused = await run({ command: 'make' });
    (await window.nextMessage()).dismiss();
    assert.equal(await refused.closes(), 1);
    assert.match(refused.output, /Workspace demo is paused/);
    const wanted = await run({ command: 'make' });
    (await window.nextMessage()).press('Resume Workspace');
    (await processes.next()).exit(0);
    assert.equal(await wanted.closes(), 0);
  });

  it('offers to create a workspace where the folder has none, and then runs there', async () => {
    const cordon = cordonInWindow();
    const processes = runProcesses(cordon.engine);
    const run = taskRunner(cordon);
    const refused = await run({ command: 'make' });
    (await cordon.window.nextMessage()).dismiss();
    assert.equal(await refused.closes(), 1);
    assert.deepEqual(cordon.service.list(), []);
    const wanted = await run({ command: 'make' });
    (await cordon.window.nextMessage()).press('Create Workspace');
    (await processes.next()).exit(0);
    assert.equal(await wanted.closes(), 0);
    assert.equal(cordon.service.list()[0]?.name, 'demo');
  });

  it('runs in the workspace that it names, and in no other', async () => {
    const { run, processes, given: more, service } = await given();
    const second = await more('second');
    await more('elsewhere', { folder: 'file:///projects/elsewhere' });
    await run({ command: 'make', workspace: 'second' });
    const process = await processes.next();
    assert.equal(service.sessions(second.id).length, 1);
    process.exit(0);
    for (const workspace of ['third', 'elsewhere']) {
      const terminal = await run({ command: 'make', workspace });
      assert.equal(await terminal.closes(), 1);
      assert.match(terminal.output, new RegExp(`no workspace "${workspace}". It has: demo, second`));
    }
  });

  it('prefers the workspace that runs where it names none', async () => {
    const { run, processes, given: more, service, id } = await given({ start: false });
    const second = await more('second');
    await run({ command: 'make' });
    await processes.next();
    assert.deepEqual([service.sessions(second.id).length, service.sessions(id).length], [1, 0]);
  });

  it('may use the workspace of any open folder where it belongs to none', async () => {
    const { run, processes } = await given();
    await run({ command: 'make' }, TaskScope.Global);
    await processes.next();
  });

  it('says what is wrong with its definition, and runs nothing', async () => {
    const { run } = await given();
    for (const [definition, field] of [
      [{}, 'command'],
      [{ command: '' }, 'command'],
      [{ command: 'a', args: 'b' }, 'args'],
      [{ command: 'a', env: { 'A=B': 'c' } }, 'env'],
      [{ command: 'a', cwd: 1 }, 'cwd'],
      [{ command: 'a\0b' }, 'command'],
    ] as const) {
      const terminal = await run(definition);
      assert.equal(await terminal.closes(), 1);
      assert.match(terminal.output, new RegExp(`its "${field}`));
    }
  });

  it('says why it could not run', async () => {
    const { run, engine, log } = await given();
    engine.before = (step) => {
      if (step === 'startProcess') throw new CordonError('engineFailed', 'No\u001b[2J room.');
    };
    const terminal = await run({ command: 'make' });
    assert.equal(await terminal.closes(), 1);
    assert.ok(terminal.output.includes('No [2J room.'), terminal.output);
    await log.has(/\[error\] The task my task was not run/);
  });

  it('needs a folder', async () => {
    const cordon = cordonInWindow({ folders: [] });
    const terminal = await taskRunner(cordon)({ command: 'make' });
    assert.equal(await terminal.closes(), 1);
  });
});

describe('the tasks that Cordon offers', () => {
  it('are those of the project, in Cordon', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cordon-offer-'));
    try {
      writeFileSync(path.join(folder, 'package.json'), '{"scripts":{"build $(zap)":"tsc -w"}}');
      const { window } = cordonInWindow({ folders: [folder] });
      const [task] = ((await window.taskProviders.get('cordon')?.provideTasks(token)) ??
        []) as unknown as Task[];
      assert.deepEqual(task?.definition, { type: 'cordon', command: 'npm', args: ['run', 'build $(zap)'] });
      assert.equal(task.name, 'npm run build $\u200b(zap)', 'no icon is drawn out of a name');
      assert.deepEqual(
        [task.source, task.group?.id, task.isBackground, task.problemMatchers],
        ['Cordon', 'build', true, ['$tsc-watch']],
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
