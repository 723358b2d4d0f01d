import assert from 'node:assert/strict';
import { EngineRefusal, refusalError } from '../../../src/docker/engineErrors.ts';
import { pastLingeringInterface } from '../../../src/docker/lingeringInterface.ts';

const lingering =
  'error running hook: stderr: failed to add interface veth7da3477 to sandbox: error setting interface "veth7da3477" MAC to "02:42:0a:d5:95:22": address already in use: unknown';

describe('a start while the kernel still has an interface of the last run', () => {
  const startThatFails = (times: number, words: string) => {
    const tries = { count: 0 };
    const start = () => {
      tries.count += 1;
      return tries.count > times
        ? Promise.resolve('started')
        : Promise.reject(refusalError(new EngineRefusal(500, words)));
    };
    return { tries, start };
  };

  it('is tried again until that is gone', async () => {
    const { tries, start } = startThatFails(2, lingering);
    assert.equal(await pastLingeringInterface(start), 'started');
    assert.equal(tries.count, 3);
  });

  it('is tried once where anything else is in the way', async () => {
    for (const words of ['driver failed: port is already allocated', 'address already in use']) {
      const { tries, start } = startThatFails(1, words);
      await assert.rejects(pastLingeringInterface(start), { code: 'portInUse' });
      assert.equal(tries.count, 1);
    }
  });
});
