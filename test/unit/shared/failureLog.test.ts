import assert from 'node:assert/strict';
import { CordonError } from '../../../src/shared/errors.ts';
import { FailureLog } from '../../../src/shared/failureLog.ts';
import { MemoryLog } from '../../support/memoryLog.ts';
import { codeOf, folder, workspacesOnFake } from '../../support/workspacesOnFake.ts';

describe('the log of failures', () => {
  it('describes an error once, however many hear of it', () => {
    const log = new MemoryLog();
    const failures = new FailureLog(log);
    const error = new CordonError('conflict', 'The name is taken.');
    failures.write('operation', error);
    failures.write('command', error);
    failures.write('another', new CordonError('conflict', 'The name is taken.'));
    assert.deepEqual(log.lines, [
      'error operation: [conflict] The name is taken.',
      'debug command',
      'error another: [conflict] The name is taken.',
    ]);
  });

  it('takes whatever was thrown', () => {
    const log = new MemoryLog();
    const failures = new FailureLog(log);
    for (const thrown of ['text', 'text', undefined, null, 5]) failures.write('x', thrown);
    assert.equal(log.lines.filter((line) => line.startsWith('error x')).length, 5);
  });

  it('knows the errors of operations', async () => {
    const { service, engine, log, failures } = workspacesOnFake();
    engine.before = (step) => {
      if (step === 'createNetwork') throw new CordonError('engineFailed', 'No more networks.');
    };
    const failing = service.create({ name: 'demo', folder });
    const error: unknown = await failing.then(undefined, (reason: unknown) => reason);
    assert.equal(await codeOf(failing), 'engineFailed');
    failures.write('cordon.createWorkspace: failed', error);
    assert.equal(
      log.lines.filter((line) => line.includes('No more networks.')).length,
      1,
      log.lines.join('\n'),
    );
  });
});
