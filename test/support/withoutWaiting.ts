import { syncBuiltinESMExports } from 'node:module';
import type { TimerOptions } from 'node:timers';
import promised from 'node:timers/promises';

const stepMs = 10;
const never = 2_147_483_647;

/**
 * Lets nobody wait for `setTimeout` in the tests of a suite, be it the global one or that of `node:timers/promises`: its
 * time goes by while everything else takes its turns, so timers still end one after the other, and what needs none comes
 * first. It stands still while the disk is read; for suites that talk to nothing else outside of this process. (Mock
 * timers of Node would do for the global one, but clearing one that an earlier test left takes away one of this test.)
 */
export function withoutWaiting(): void {
  const { setTimeout, clearTimeout } = globalThis;
  const { setTimeout: delay } = promised;
  let turn: NodeJS.Immediate;

  const replace = (timers: object, delaying: typeof delay) => {
    Object.assign(globalThis, timers);
    promised.setTimeout = delaying;
    syncBuiltinESMExports();
  };

  // what is loaded with the first check takes turns of a thread of its own, in which time would go by
  before(async () => {
    await import('../../src/workspaces/isolationCheck.ts');
  });

  beforeEach(() => {
    const waiting = new Map<unknown, { readonly dueMs: number; readonly run: () => void }>();
    let nowMs = 0;
    const wait = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]) => {
      // what callers hold is a timer of Node, which only never ends by itself
      const timer = setTimeout(() => undefined, never).unref();
      const dueMs = nowMs + ms;
      waiting.set(timer, {
        dueMs,
        run: () => {
          run(...args);
        },
      });
      return timer;
    };
    const clear = (timer?: NodeJS.Timeout) => {
      waiting.delete(timer);
      clearTimeout(timer);
    };
    const waitFor = <T>(ms?: number, value?: T, { signal }: TimerOptions = {}) =>
      new Promise<T>((resolve, reject) => {
        signal?.throwIfAborted();
        const timer = wait(() => {
          resolve(value as T);
        }, ms);
        signal?.addEventListener('abort', () => {
          clear(timer);
          reject(signal.reason as Error);
        });
      });
    const pass = () => {
      turn = setImmediate(pass);
      if (process.getActiveResourcesInfo().some(isOfTheDisk)) return;
      nowMs += stepMs;
      const due = [...waiting].filter(([, { dueMs }]) => dueMs <= nowMs);
      for (const [timer, { run }] of due.sort(([, one], [, other]) => one.dueMs - other.dueMs)) {
        if (!waiting.delete(timer)) continue;
        clearTimeout(timer as NodeJS.Timeout);
        run();
      }
    };
    replace({ setTimeout: wait, clearTimeout: clear }, waitFor);
    pass();
  });

  afterEach(() => {
    clearImmediate(turn);
    replace({ setTimeout, clearTimeout }, delay);
  });
}

function isOfTheDisk(resource: string): boolean {
  return resource.startsWith('FSReq');
}
