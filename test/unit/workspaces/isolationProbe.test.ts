import assert from 'node:assert/strict';
import { answersOf } from '../../../src/isolation/probe/networkChecks.ts';
import { probeInside } from '../../../src/workspaces/isolationProbe.ts';
import { finishedProcess } from '../../support/fakeEngine.ts';

const plan = {
  writable: [],
  closed: [],
  targets: [
    { host: '10.0.0.1', port: 80 },
    { host: '10.0.0.2', port: 80 },
  ],
};

describe('looks at a network from inside', () => {
  /** What is found in the end where the looks bring these answers, the last one for good. */
  const look = async (answers: readonly (readonly string[] | undefined)[]) => {
    let looks = 0;
    const start = () => {
      const outcomes = answers[Math.min(looks++, answers.length - 1)];
      const reach = outcomes?.map((how, index) => `reach ${plan.targets[index]!.host} 80 ${how}\n`).join('');
      return Promise.resolve(finishedProcess(0, reach === undefined ? '' : `cordon-probe 1\n${reach}end\n`));
    };
    const outcome = await probeInside(
      { first: start, further: start },
      plan,
      ({ reached }) => answersOf(plan.targets, reached).answered.length > 0,
      [0, 0, 0],
    );
    const reached = 'answer' in outcome ? [...outcome.answer.reached.values()] : outcome.reason;
    return { looks, reached };
  };

  it('are one where nothing answers', async () => {
    assert.deepEqual(await look([['none', 'none']]), { looks: 1, reached: ['none', 'none'] });
  });

  it('come again where something answers, for engines open their bridges for a moment', async () => {
    const answers = [
      ['none', 'open'],
      ['refused', 'none'],
      ['none', 'none'],
    ];
    assert.deepEqual(await look(answers), { looks: 3, reached: ['none', 'none'] });
  });

  it('end, with what answers, where that goes on', async () => {
    assert.deepEqual(await look([['none', 'refused']]), { looks: 4, reached: ['none', 'refused'] });
  });

  it('take nothing back that they do not tell of', async () => {
    for (const partial of [undefined, ['none'], []])
      assert.deepEqual(await look([['none', 'open'], partial]), { looks: 4, reached: ['none', 'open'] });
  });
});
