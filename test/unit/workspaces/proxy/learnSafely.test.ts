import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { proxyWhileLine } from '../../../../src/isolation/egress/proxyProgram.ts';
import { labels, proxyRole } from '../../../../src/isolation/labels.ts';
import type { ContainerProcess } from '../../../../src/workspaces/engineProcesses.ts';
import { FakeEngine, finishedProcess } from '../../../support/fakeEngine.ts';
import { folder, workspacesOnFake } from '../../../support/workspacesOnFake.ts';

function proxiesOf(engine: FakeEngine) {
  return [...engine.containers.values()].filter(({ spec }) => spec.labels[labels.role] === proxyRole);
}

/** Takes what it is handed, and has it in force until its input ends; then it ends with `exitCode`. */
function whileProcess(exitCode: number): ContainerProcess {
  const [stdin, stdout, stderr] = [new PassThrough().resume(), new PassThrough(), new PassThrough()];
  stdout.write(`${proxyWhileLine}\n`);
  const ended = new Promise<number>((resolve) => {
    stdin.once('end', () => {
      stdout.end();
      stderr.end();
      resolve(exitCode);
    });
  });
  return { stdin, stdout, stderr, exitCode: ended, resize: () => Promise.resolve(), close: () => undefined };
}

const handsOver = (command: readonly string[]) => !command.join(' ').includes(proxyWhileLine);

describe('a workspace of which it is learned what it needs', () => {
  async function workspace() {
    const engine = new FakeEngine();
    const parts = workspacesOnFake({ engine });
    const { id } = await parts.service.create({ name: 'demo', folder, network: 'filtered' });
    return { ...parts, engine, id };
  }

  it('has another proxy where it is not known what the one that there was lets through', async () => {
    const { engine, egressRules, id } = await workspace();
    const [before] = proxiesOf(engine);
    engine.process = () => finishedProcess(4);
    await assert.rejects(egressRules.learn(id), { code: 'engineFailed', message: /its rules: exit code 4$/ });
    const [after, ...more] = proxiesOf(engine);
    assert.equal(more.length, 0);
    assert.deepEqual([after?.state, after?.id === before?.id], ['running', false]);
  });

  it('has its rules in force again before its log is read, whatever becomes of that', async () => {
    for (const exitCode of [0, 4]) {
      const { engine, egressRules, id } = await workspace();
      const steps: string[] = [];
      engine.process = ({ command }) => {
        if (!handsOver(command)) return whileProcess(exitCode);
        steps.push('handed over');
        return finishedProcess(0);
      };
      const learning = await egressRules.learn(id);
      engine.before = (step) => {
        if (step !== 'lastLogs') return;
        steps.push('read');
        throw new Error('no log');
      };
      await assert.rejects(learning.end());
      assert.deepEqual(steps, ['handed over', 'read']);
    }
  });

  it('is not kept from it by who looks after its proxy', async () => {
    const { engine, egressRules, id } = await workspace();
    const commands: string[] = [];
    engine.process = ({ command }) => {
      if (!handsOver(command)) return whileProcess(0);
      commands.push('handed over');
      return finishedProcess(0);
    };
    const learning = await egressRules.learn(id);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.deepEqual(commands, []);
    await learning.end();
  });
});
