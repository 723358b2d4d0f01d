import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { SharedTurns } from '../../../src/review/sharedTurns.ts';

describe('shared turns', () => {
  it('do everything, and no more at once than there are, whatever is made of what', async () => {
    const turns = new SharedTurns(3);
    let [done, now, most] = [0, 0, 0];
    const visit = async (depth: number): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
      done += 1;
      if (depth > 0)
        await turns.run([1, 2, 3, 4], async () => {
          await visit(depth - 1);
        });
    };
    await visit(4);
    assert.equal(done, 1 + 4 + 16 + 64 + 256);
    assert.ok(most > 1 && most <= 4, `${most}`);
  });

  it('begin nothing after a failure, and end what was begun', async () => {
    const turns = new SharedTurns(2);
    const ended: number[] = [];
    const failing = turns.run([0, 1, 2, 3, 4], async (item) => {
      await turn();
      if (item === 0) throw new Error('no');
      await turn();
      ended.push(item);
    });
    await assert.rejects(failing, /no/);
    assert.deepEqual(ended, [1, 2]);
  });
});
