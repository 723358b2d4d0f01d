import assert from 'node:assert/strict';
import { SharedCalls } from '../../../src/shared/sharedCalls.ts';

describe('shared calls', () => {
  /** A call whose answers, which count up, are given by the test. */
  function counted() {
    const answers: ((failure?: Error) => void)[] = [];
    const calls = new SharedCalls(
      () =>
        new Promise<number>((resolve, reject) => {
          const count = answers.length + 1;
          answers.push((failure) => {
            if (failure) reject(failure);
            else resolve(count);
          });
        }),
    );
    return { calls, answers };
  }
  const turn = () => new Promise(setImmediate);

  it('are made once for all who ask at the same time', async () => {
    const { calls, answers } = counted();
    const asked = [calls.ask(), calls.ask(), calls.ask()];
    await turn();
    assert.equal(answers.length, 1);
    answers[0]!();
    assert.deepEqual(await Promise.all(asked), [1, 1, 1]);
  });

  it('give nobody what was looked for before they asked', async () => {
    const { calls, answers } = counted();
    const first = calls.ask();
    await turn();
    const later = [calls.ask(), calls.ask()];
    await turn();
    assert.equal(answers.length, 1, 'the second waits for the first');
    answers[0]!();
    assert.equal(await first, 1);
    await turn();
    answers[1]!();
    assert.deepEqual(await Promise.all(later), [2, 2]);
    assert.equal(answers.length, 2);
  });

  it('are made again after one that failed', async () => {
    const { calls, answers } = counted();
    const first = calls.ask();
    await turn();
    const later = calls.ask();
    answers[0]!(new Error('broken'));
    await assert.rejects(first, /broken/);
    await turn();
    answers[1]!();
    assert.equal(await later, 2);
  });
});
