import assert from 'node:assert/strict';
import { untilWhole } from '../../../src/review/copies/untilWhole.ts';
import { failsWith } from '../../support/engine.ts';

describe('reading what a workspace goes on writing', () => {
  let reads = 0;
  const failing = (code: string) => () => {
    reads += 1;
    return Promise.reject(Object.assign(new Error(code), { code }));
  };
  beforeEach(() => {
    reads = 0;
  });

  it('is tried again, and said where that does not help', async () => {
    await assert.rejects(untilWhole(failing('ECONNRESET')), failsWith('engineFailed', /went on writing/));
    assert.equal(reads, 4);
  });

  it('is not tried again on a full disk, which is said', async () => {
    await assert.rejects(untilWhole(failing('ENOSPC')), failsWith('storageFailed', /Free space/));
    assert.equal(reads, 1);
  });
});
