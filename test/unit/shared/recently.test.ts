import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { recently } from '../../../src/shared/recently.ts';

describe('what was found recently', () => {
  it('is given again for a while, and looked for anew after that', async () => {
    let found = 0;
    const ask = recently(() => ++found, 20);
    assert.deepEqual([ask(), ask()], [1, 1]);
    await delay(30);
    assert.equal(ask(), 2);
  });
});
