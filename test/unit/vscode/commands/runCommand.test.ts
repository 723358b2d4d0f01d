import assert from 'node:assert/strict';
import { CordonError } from '../../../../src/shared/errors.ts';
import { cordonInWindow } from '../../../support/cordonInWindow.ts';
import { runProcesses } from '../../../support/fakeProcess.ts';

async function running(start = true) {
  const cordon = cordonInWindow();
  const processes = runProcesses(cordon.engine);
  const { id } = await cordon.given('demo', { start });
  return { ...cordon, id, processes };
}

describe('run a command', () => {
  it('asks for a line, shows its output as it comes, and tells its exit code', async () => {
    const { window, id, processes } = await running();
    const done = window.run('cordon.runCommand', id);
    const box = await window.nextInputBox();
    assert.deepEqual([box.title, box.prompt], ['Run Command in demo', 'Runs with sh in /workspace']);
    box.answer('npm test');
    const process = await processes.next();
    assert.deepEqual(process.request.command, ['sh', '-c', 'npm test']);
    const progress = await window.nextProgress();
    assert.equal(progress.title, 'Running "npm test" in demo');
    const [terminal] = window.terminals;
    process.print('first');
    await terminal?.shows('first');
    process.print(' second');
    await terminal?.shows('first second');
    process.exit(0);
    await done;
    await terminal?.shows('Exit code 0 after ');
    const message = await window.nextMessage();
    assert.equal(message.kind, 'information');
    assert.match(message.text, /^Exit code 0 after .*: npm test$/);
    assert.ok(terminal?.isOpen, 'the output stays to be read');
    terminal.type('\r');
    assert.equal(await terminal.closes(), 0);
  });

  it('warns of an exit code that is not 0, and makes no link of the line', async () => {
    const { window, id, processes } = await running();
    const done = window.run('cordon.runCommand', id, `echo "[x](command:y)" ${'z'.repeat(100)}`);
    (await processes.next()).exit(2);
    await done;
    const message = await window.nextMessage();
    assert.equal(message.kind, 'warning');
    assert.match(message.text, /^Exit code 2 after .*z…$/);
    assert.doesNotMatch(message.text, /\]\(/);
  });

  it('remembers the last line of each workspace', async () => {
    const { window, id, processes, given } = await running();
    const done = window.run('cordon.runCommand', id);
    (await window.nextInputBox()).answer('make');
    (await processes.next()).exit(0);
    await done;
    const again = window.run('cordon.runCommand', id);
    const box = await window.nextInputBox();
    assert.equal(box.value, 'make');
    box.answer('  ');
    await again;
    const other = await given('other');
    const elsewhere = window.run('cordon.runCommand', other.id);
    const empty = await window.nextInputBox();
    assert.equal(empty.value, '');
    empty.dismiss();
    await elsewhere;
  });

  it('is cancelled with everything that it started, in silence', async () => {
    const { window, id, processes, service } = await running();
    const done = window.run('cordon.runCommand', id, 'sleep 1000');
    const process = await processes.next();
    const progress = await window.nextProgress();
    process.print('x');
    const [terminal] = window.terminals;
    await terminal?.shows('x');
    progress.cancel();
    await done;
    assert.equal(process.signal, 'HUP');
    await terminal?.shows('Cancelled after ');
    assert.deepEqual([service.get(id)?.activeTasks, window.messages.left], [0, []]);
  });

  it('ends when the person closes its terminal', async () => {
    const { window, id, processes } = await running();
    const done = window.run('cordon.runCommand', id, 'sleep 1000');
    const process = await processes.next();
    process.print('x');
    const [terminal] = window.terminals;
    await terminal?.shows('x');
    terminal?.close();
    await done;
    assert.equal(process.signal, 'HUP');
    assert.deepEqual(window.messages.left, []);
  });

  it('offers to start a workspace that does not run, and runs nothing without', async () => {
    const { window, id, processes, service } = await running(false);
    const refused = window.run('cordon.runCommand', id, 'make');
    const offer = await window.nextMessage();
    assert.deepEqual([offer.text, offer.buttons], ['Workspace demo is not running.', ['Start Workspace']]);
    offer.dismiss();
    await refused;
    assert.deepEqual([service.get(id)?.container.kind, window.terminals], ['absent', []]);
    const wanted = window.run('cordon.runCommand', id, 'make');
    (await window.nextMessage()).press('Start Workspace');
    (await processes.next()).exit(0);
    await wanted;
    assert.equal(service.get(id)?.container.kind, 'running');
    await service.pause(id);
    const paused = window.run('cordon.runCommand', id, 'make');
    await window.nextMessage();
    (await window.nextMessage()).press('Start Workspace');
    (await processes.next()).exit(0);
    await paused;
    assert.equal(service.get(id)?.container.kind, 'running');
  });

  it('tells in terminal and notification why it could not run', async () => {
    const { window, id, engine } = await running();
    engine.before = (step) => {
      if (step === 'startProcess') throw new CordonError('engineFailed', 'No room.');
    };
    await window.run('cordon.runCommand', id, 'make');
    assert.match(window.terminals[0]?.output ?? '', /No room\./);
    const message = await window.nextMessage();
    assert.deepEqual([message.kind, message.text], ['error', 'No room.']);
  });
});
