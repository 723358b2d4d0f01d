import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import type { WorkspacesApi } from '../../cordon.d.ts';
import { isSoak, size } from '../support/soak.ts';
import { cordonApi, openFolder, tinyImage } from './support/cordon.ts';

/** In the long form until the ids of removed workspaces, of which the last 500 are kept, are as many as they get. */
const warmUpCycles = size(4, 510);
const samples = size(3, 10);
const cyclesPerSample = size(2, 50);
/** What was begun by the last cycle is over, and what it had opened is closed. */
const settleMs = 700;

describe('the extension host', function () {
  this.timeout(size(120_000, 14_400_000));
  if (isSoak) this.retries(0);
  let api: WorkspacesApi;
  let count = 0;

  const cycle = async () => {
    const name = `leak ${count++}`;
    const { id } = await api.create({ name, folder: openFolder(), image: tinyImage, network: 'none' });
    await api.remove(id);
  };

  before(async () => {
    api = await cordonApi();
  });

  it(`is as it was after ${samples * cyclesPerSample} create and remove cycles`, async () => {
    for (let done = 0; done < warmUpCycles; done++) await cycle();
    const taken = [await census()];
    for (let sample = 0; sample < samples; sample++) {
      for (let done = 0; done < cyclesPerSample; done++) await cycle();
      taken.push(await census());
    }
    const grown: string[] = [];
    for (const kind of kinds) {
      const values = taken.map((each) => each[kind] ?? NaN);
      const perCycle = slopeOf(values) / cyclesPerSample;
      console.log(`      ${kind}: ${values.join(', ')}: ${perCycle.toFixed(2)} a cycle`);
      if (!(perCycle < mostPerCycle[kind])) grown.push(kind);
    }
    assert.deepEqual(grown, [], 'what grows with each cycle');
  });
});

/** How many there are now. Every listener of ours is a function, every record, handle or wait brings some along. */
const counts = {
  handles: () => process.getActiveResourcesInfo().length,
  functions: () => countOf(Function),
  promises: () => countOf(Promise),
  heapBytes: () => process.memoryUsage().heapUsed,
  maps: () => countOf(Map),
  sets: () => countOf(Set),
  emitters: () => countOf(EventEmitter),
  signals: () => countOf(AbortSignal),
};
type Kind = keyof typeof counts;
type Census = Readonly<Record<Kind, number>>;
/** A count of objects takes a second. */
const kinds: readonly Kind[] = size(
  ['handles', 'functions', 'promises', 'heapBytes'],
  Object.keys(counts) as Kind[],
);

/**
 * What is kept of each cycle adds at least one of these with each, so that less than one is none. The heap grows a little
 * by itself: VS Code works in it, too, code that runs often is compiled anew, and marks of what was started are kept for
 * ten minutes. In a few cycles that is more than a record is.
 */
const mostPerCycle: Census = {
  ...{ handles: 0.9, functions: 0.9, maps: 0.9, sets: 0.9, promises: 0.9, emitters: 0.9, signals: 0.9 },
  heapBytes: size(100_000, 4_000),
};

v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc') as () => void;

async function census(): Promise<Partial<Census>> {
  await delay(settleMs);
  collectGarbage();
  return Object.fromEntries(kinds.map((kind) => [kind, counts[kind]()]));
}

/** Collects garbage, too. */
function countOf(constructor: unknown): number {
  return v8.queryObjects(constructor as () => unknown, { format: 'count' });
}

/**
 * How much is added from one value to the next: the median over all pairs, which single odd values leave alone; the lower
 * one, since among four values a first that is odd is in half of the pairs.
 */
function slopeOf(values: readonly number[]): number {
  const slopes = values.flatMap((value, index) =>
    values.slice(index + 1).map((later, step) => (later - value) / (step + 1)),
  );
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor((slopes.length - 1) / 2)] ?? 0;
}
