import assert from 'node:assert/strict';
import { CordonError } from '../../../src/shared/errors.ts';
import { logUnasked } from '../../../src/shared/logUnasked.ts';
import { MemoryLog } from '../../support/memoryLog.ts';

describe('the log of work that nobody asked for', () => {
  it('calls an error only what is told nowhere else', () => {
    const log = new MemoryLog();
    for (const code of ['cancelled', 'engineUnavailable', 'engineFailed'] as const)
      logUnasked(log, 'It failed', new CordonError(code, 'Why.'));
    logUnasked(log, 'It failed', new TypeError('odd'));
    assert.deepEqual(
      log.lines.map((line) => line.split('\n')[0]),
      [
        'debug It failed: [cancelled] Why.',
        'warn It failed: [engineUnavailable] Why.',
        'error It failed: [engineFailed] Why.',
        'error It failed: TypeError: odd',
      ],
    );
  });
});
