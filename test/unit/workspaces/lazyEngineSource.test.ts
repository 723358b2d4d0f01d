import assert from 'node:assert/strict';
import { Emitter } from '../../../src/shared/event.ts';
import type { ContainerEngine, EngineSource, EngineState } from '../../../src/workspaces/containerEngine.ts';
import { LazyEngineSource } from '../../../src/workspaces/lazyEngineSource.ts';

/** A lazy source, and one that it loads at each `arrive`, in the order in which they were asked for. */
function lazy() {
  const asked: string[] = [];
  const changes: Emitter<EngineState>[] = [];
  const waiting: (() => void)[] = [];
  const all = new LazyEngineSource(() => {
    const number = changes.length;
    const changing = new Emitter<EngineState>();
    changes.push(changing);
    const source: Partial<EngineSource> = {
      onDidChangeState: changing.event,
      onDidReceiveEvent: () => ({ dispose: () => undefined }),
      onDidReceiveActivity: () => ({ dispose: () => undefined }),
      get: () => Promise.resolve(`engine ${number}` as unknown as ContainerEngine),
      retry: () => asked.push(`retry ${number}`),
      dispose: () => asked.push(`dispose ${number}`),
    };
    return new Promise((resolve) =>
      waiting.push(() => {
        resolve(source as EngineSource);
      }),
    );
  });
  const arrive = async (number: number) => {
    waiting[number]?.();
    await new Promise(setImmediate);
  };
  return { all, asked, changes, arrive };
}

describe('an engine source that is loaded when somebody needs it', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ])
    it(`follows only the last of those that are loaded at the same time, here ${order.join(' before ')}`, async () => {
      const { all, asked, changes, arrive } = lazy();
      const states: string[] = [];
      all.onDidChangeState(({ kind }) => states.push(kind));
      const engine = all.get();
      all.restart();
      for (const number of order) await arrive(number);
      assert.equal(await engine, 'engine 1');
      assert.deepEqual(asked.sort(), ['dispose 0', 'retry 1']);
      changes[0]?.fire({ kind: 'idle' });
      changes[1]?.fire({ kind: 'connecting' });
      assert.deepEqual(states, ['idle', 'connecting']);
      all.dispose();
      assert.deepEqual(asked.sort(), ['dispose 0', 'dispose 1', 'retry 1']);
    });

  it('ends what is loaded only once it is disposed of itself', async () => {
    const { all, asked, arrive } = lazy();
    void all.get();
    all.dispose();
    await arrive(0);
    assert.deepEqual(asked, ['dispose 0']);
  });
});
