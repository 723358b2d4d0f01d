import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CordonError } from '../../../src/shared/errors.ts';
import type { CreateWorkspaceRequest } from '../../../src/workspaces/workspaceRequest.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';
import { runProcesses } from '../../support/fakeProcess.ts';
import { withDelays } from '../../support/delays.ts';

/** A workspace with a terminal that was just opened. */
async function openTerminal(request: Partial<CreateWorkspaceRequest> = {}) {
  const cordon = cordonInWindow();
  const processes = runProcesses(cordon.engine);
  const { id } = await cordon.given('demo', request);
  await cordon.window.run('cordon.openTerminal', id);
  const [terminal] = cordon.window.terminals;
  assert.ok(terminal);
  return { ...cordon, id, processes, terminal };
}

describe('a terminal in a workspace', () => {
  it('opens in Restricted Mode once terminals are allowed there, without trust', async () => {
    const cordon = cordonInWindow();
    const processes = runProcesses(cordon.engine);
    const { id } = await cordon.given('demo');
    cordon.window.isTrusted = false;
    const refused = cordon.window.run('cordon.openTerminal', id);
    const question = await cordon.window.nextMessage();
    assert.ok(question.isModal);
    assert.match(question.detail, /"terminal\.integrated\.allowInUntrustedWorkspace"/);
    question.dismiss();
    await refused;
    assert.equal(cordon.window.terminals.length, 0);
    const allowed = cordon.window.run('cordon.openTerminal', id);
    (await cordon.window.nextMessage()).press('Allow Terminals');
    await allowed;
    (await processes.next()).exit(0);
    await cordon.window.run('cordon.openTerminal', id);
    assert.deepEqual(cordon.window.messages.left, [], 'asked once');
    (await processes.next()).exit(0);
  });

  it('shows the shell of the container, and brings it keys and sizes', async () => {
    const { id, service, processes, terminal } = await openTerminal();
    const shell = await processes.next();
    assert.ok(terminal.isShown);
    assert.equal(terminal.name, 'demo');
    assert.deepEqual(shell.request.command, ['/bin/sh']);
    assert.deepEqual(shell.request.terminal, { columns: 100, rows: 30 });
    shell.print('\u001b[32m$\u001b[0m ');
    await terminal.shows('\u001b[32m$\u001b[0m ');
    assert.equal(service.get(id)?.activeTasks, 1);
    terminal.type('ls\r');
    terminal.type('\u0003');
    terminal.resize(120, 40);
    assert.equal(shell.typed, 'ls\r\u0003');
    assert.deepEqual(shell.sizes.at(-1), [120, 40]);
    shell.exit(0);
    assert.equal(await terminal.closes(), 0);
    assert.equal(service.get(id)?.activeTasks, 0);
  });

  it('closes with the exit code of the shell', async () => {
    const { processes, terminal } = await openTerminal();
    (await processes.next()).exit(42);
    assert.equal(await terminal.closes(), 42);
  });

  it('ends the shell in the container when the person closes it', async () => {
    const { id, service, processes, terminal } = await openTerminal();
    const shell = await processes.next();
    await terminal.shows('');
    terminal.close();
    await shell.exitCode;
    assert.equal(shell.signal, 'HUP');
    assert.equal(service.get(id)?.activeTasks, 0);
    assert.equal(terminal.exitCode, undefined);
  });

  it('ends a shell that was still starting when it was closed', async () => {
    const { engine, window, service, id, processes } = await openTerminal();
    const first = await processes.next();
    let release: () => void = () => undefined;
    const reached = new Promise<void>((started) => {
      engine.before = (step) => {
        if (step !== 'startProcess') return undefined;
        engine.before = () => undefined;
        started();
        return new Promise<void>((done) => (release = done));
      };
    });
    await window.run('cordon.openTerminal', id);
    await reached;
    window.terminals[1]?.close();
    release();
    const second = await processes.next();
    assert.equal(await second.exitCode, 143);
    await nextTurn();
    assert.equal(service.get(id)?.activeTasks, 1, 'the other one runs on');
    first.exit(0);
  });

  it('starts a workspace that does not run after Enter, and only then', async () => {
    const { id, service, processes, terminal } = await openTerminal({ start: false });
    await terminal.shows('Workspace demo is not running (no container). Press Enter to start it');
    terminal.type('x');
    assert.equal(service.get(id)?.container.kind, 'absent');
    terminal.type('\r');
    await processes.next();
    assert.equal(service.get(id)?.container.kind, 'running');
  });

  it('shows the steps of that, and breaks it off at Ctrl+C', async () => {
    const { id, service, engine, terminal } = await openTerminal({ start: false });
    await terminal.shows('Press Enter to start it');
    engine.before = (step) => {
      if (step === 'createdContainer') terminal.type('\u0003');
    };
    terminal.output = '';
    terminal.type('\r');
    await terminal.shows('Creating the container');
    await terminal.shows('Cancelled.');
    await terminal.shows('Press Enter to start it');
    assert.equal(service.get(id)?.container.kind, 'absent');
    assert.equal(engine.containers.size, 0);
  });

  it('resumes one that is paused', async () => {
    const cordon = cordonInWindow();
    const processes = runProcesses(cordon.engine);
    const { id } = await cordon.given('demo');
    await cordon.service.pause(id);
    await cordon.window.run('cordon.openTerminal', id);
    const [terminal] = cordon.window.terminals;
    await terminal?.shows('(paused)');
    terminal?.type('\r');
    await processes.next();
    assert.equal(cordon.service.get(id)?.container.kind, 'running');
  });

  it('closes without a start on Ctrl+C', async () => {
    const { id, service, terminal } = await openTerminal({ start: false });
    await terminal.shows('Press Enter');
    terminal.type('\u0003');
    assert.equal(await terminal.closes(), 0);
    assert.equal(service.get(id)?.container.kind, 'absent');
  });

  it('stays when the workspace was stopped under it, and offers to start it again', async () => {
    const { id, service, processes, terminal } = await openTerminal();
    const shell = await processes.next();
    // the engine tells the end of the shell first, and a moment later that of the container
    await withDelays(
      () => service.stop(id),
      async () => {
        shell.exit(137);
        await terminal.shows('Workspace demo is not running (stopped)');
      },
    );
    terminal.type('\r');
    (await processes.next()).print('again');
    await terminal.shows('again');
  });

  it('says that the workspace was deleted, and closes after Enter', async () => {
    const { id, service, processes, terminal } = await openTerminal();
    const shell = await processes.next();
    await service.remove(id);
    shell.exit(1);
    await terminal.shows('This workspace does not exist any more');
    terminal.type('\r');
    assert.equal(await terminal.closes(), 0);
  });

  it('says what went wrong, and tries again after Enter', async () => {
    const { engine, window, id, processes, log } = await openTerminal();
    (await processes.next()).exit(0);
    let failures = 1;
    engine.before = (step) => {
      if (step === 'startProcess' && failures-- > 0)
        throw new CordonError('engineFailed', 'No\u001b[2J room.');
    };
    await window.run('cordon.openTerminal', id);
    const terminal = window.terminals.at(-1)!;
    await terminal.shows('No [2J room.');
    await terminal.shows('Press Enter to try again');
    assert.match(log.text, /\[error\] A terminal ended with an error/);
    terminal.type('\r');
    (await processes.next()).exit(3);
    assert.equal(await terminal.closes(), 3);
  });

  it('says why a workspace could not be started, and offers it again', async () => {
    const { engine, processes, terminal } = await openTerminal({ start: false });
    await terminal.shows('Press Enter');
    engine.before = (step) => {
      if (step === 'createContainer') throw new CordonError('engineFailed', 'The disk is full.');
    };
    terminal.output = '';
    terminal.type('\r');
    await terminal.shows('The disk is full.');
    await terminal.shows('Press Enter to start it');
    engine.before = () => undefined;
    terminal.type('\r');
    (await processes.next()).exit(0);
    assert.equal(await terminal.closes(), 0);
  });

  it('survives a connection that breaks, and offers to try again', async () => {
    const { processes, terminal } = await openTerminal();
    const shell = await processes.next();
    shell.print('before');
    await terminal.shows('before');
    shell.break(new CordonError('engineFailed', 'The engine was lost.'));
    await terminal.shows('The engine was lost.');
    terminal.type('\r');
    (await processes.next()).print('after');
    await terminal.shows('after');
  });
});
