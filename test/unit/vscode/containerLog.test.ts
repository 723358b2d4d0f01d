import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { CordonError } from '../../../src/shared/errors.ts';
import { cordonInWindow } from '../../support/cordonInWindow.ts';

/** A running workspace whose output a test prints. */
async function printing() {
  const cordon = cordonInWindow();
  const { id } = await cordon.given('demo');
  const outputs: PassThrough[] = [];
  const signals: AbortSignal[] = [];
  cordon.engine.followLogs = (_id?: string, signal?: AbortSignal) => {
    const output = new PassThrough();
    outputs.push(output);
    if (signal) signals.push(signal);
    return Promise.resolve(output);
  };
  await cordon.window.run('cordon.showContainerLog', id);
  const channel = cordon.window.channel('Cordon: demo');
  await new Promise(setImmediate);
  return { ...cordon, id, outputs, signals, channel };
}

const nothingYet = '(the main process has printed nothing yet)';

describe('the output of a container', () => {
  it('is said to be empty while nothing is printed, and when it ends so', async () => {
    const { outputs, channel } = await printing();
    assert.equal(channel.text, nothingYet);
    outputs[0]?.end();
    await channel.has(/^\(the main process printed nothing\)\n\(the output has ended\)\n$/);
  });

  it('is followed in a channel of its own, without colours', async () => {
    const { outputs, channel } = await printing();
    assert.ok(channel.isShown);
    outputs[0]?.write('\u001b[31mred\u001b[0m line\n');
    await channel.has(/^red line\n$/);
    outputs[0]?.end();
    await channel.has(/\(the output has ended\)/);
  });

  it('begins anew in the same channel when it is shown again', async () => {
    const { window, id, outputs, signals, channel } = await printing();
    outputs[0]?.write('old\n');
    await channel.has(/old/);
    await window.run('cordon.showContainerLog', id);
    await new Promise(setImmediate);
    assert.deepEqual([window.channels.length, signals[0]?.aborted, channel.text], [1, true, nothingYet]);
    outputs[0]?.write('late\n');
    outputs[1]?.write('new\n');
    await channel.has(/new/);
    assert.doesNotMatch(channel.text, /old|late/);
  });

  it('is followed again after a restart, and not after a pause', async () => {
    const { service, id, outputs, channel } = await printing();
    await service.pause(id);
    await service.resume(id);
    assert.equal(outputs.length, 1);
    await service.stop(id);
    await service.start(id);
    await new Promise(setImmediate);
    outputs.at(-1)?.write('again\n');
    await channel.has(/again/);
  });

  it('keeps only the end of what a container prints without end', async () => {
    const { outputs, channel } = await printing();
    outputs[0]?.write('x'.repeat(1_999_999));
    await channel.has(/x/);
    outputs[0]?.write('the rest');
    await channel.has(/^\(earlier output is not shown\)\nthe rest$/);
  });

  it('goes with its workspace', async () => {
    const { service, id, signals, channel } = await printing();
    await service.remove(id);
    assert.deepEqual([channel.isDisposed, signals[0]?.aborted], [true, true]);
  });

  it('ends with the window', async () => {
    const { registered, signals, channel } = await printing();
    registered.dispose();
    assert.deepEqual([channel.isDisposed, signals[0]?.aborted], [true, true]);
  });

  it('says in the channel why it cannot be followed', async () => {
    const cordon = cordonInWindow();
    const { id } = await cordon.given('demo');
    cordon.engine.followLogs = () => Promise.reject(new CordonError('engineFailed', 'It is gone.'));
    await cordon.window.run('cordon.showContainerLog', id);
    await cordon.window.channel('Cordon: demo').has(/It is gone\./);
  });
});
