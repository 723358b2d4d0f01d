import assert from 'node:assert/strict';
import { localMachine } from '../../../src/vscode/localMachine.ts';

describe('what is known of this machine', () => {
  it('takes only for alive what is a process, and another one than this', () => {
    assert.equal(localMachine.isAlive(process.ppid), true);
    for (const pid of [process.pid, 0, -1, -process.ppid, 2 ** 31 - 1, 2 ** 32, 2 ** 32 + process.ppid])
      assert.equal(localMachine.isAlive(pid), false, `${pid}`);
  });
});
