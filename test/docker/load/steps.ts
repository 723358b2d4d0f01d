import fc from 'fast-check';
import type { BatchOperation } from '../../../src/workspaces/batch.ts';
import type { UpdateWorkspaceRequest } from '../../../src/workspaces/workspaceRequest.ts';

/** What a window can do with one workspace, beside changing what was chosen for it. */
export type Change = 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'archive' | 'restore' | 'remove';
/** What somebody else does past Cordon. */
export type Outside =
  'start' | 'stop' | 'kill' | 'pause' | 'unpause' | 'restart' | 'remove' | 'removeNetwork';

/** Something that is done. Of the workspaces that there are then, `workspace` picks one. */
export type Step = { readonly window: 0 | 1; readonly workspace: number } & (
  | {
      readonly kind: 'create';
      readonly network: 'none' | 'open';
      readonly folder: number;
      readonly start: boolean;
    }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'update'; readonly patch: UpdateWorkspaceRequest }
  | { readonly kind: 'batch'; readonly operation: BatchOperation; readonly count: number }
  | { readonly kind: 'outside'; readonly outside: Outside }
);

/** A step, and when it begins: after all that is under way, or beside it, this much after the one before. */
export interface TimedStep {
  readonly step: Step;
  readonly waits: boolean;
  readonly afterMs: number;
}

const anyOf = <T>(...values: T[]) => fc.constantFrom(...values);
/** Few go to the archive, where nothing can be done with them, and most come back. */
const changes = fc.oneof(
  { weight: 2, arbitrary: anyOf<Change>('start', 'stop', 'restart', 'pause', 'resume', 'restore', 'remove') },
  { weight: 1, arbitrary: anyOf<Change>('start', 'start', 'restore', 'archive') },
);
const outside = anyOf<Outside>(
  'start',
  'stop',
  'kill',
  'pause',
  'unpause',
  'restart',
  'remove',
  'removeNetwork',
);
const patches = fc.oneof(
  fc.record({ name: anyOf('red', 'green', 'blue').chain((name) => fc.nat(99).map((n) => `${name} ${n}`)) }),
  fc.record({ limits: fc.record({ pids: fc.integer({ min: 64, max: 256 }) }) }),
  fc.record({ env: fc.record({ COLOUR: anyOf('red', 'green', 'blue') }) }),
  fc.record({ network: anyOf<'none' | 'open'>('none', 'open') }),
);
const aim = { window: anyOf<0 | 1>(0, 1), workspace: fc.nat(999) };

const create = fc.record({
  ...aim,
  kind: fc.constant('create' as const),
  network: anyOf<'none' | 'open'>('none', 'none', 'open'),
  folder: fc.nat(2),
  start: anyOf(true, true, false),
});
const change = fc.record({ ...aim, kind: fc.constant('change' as const), change: changes });
const update = fc.record({ ...aim, kind: fc.constant('update' as const), patch: patches });
const batch = fc.record({
  ...aim,
  kind: fc.constant('batch' as const),
  operation: anyOf<BatchOperation>('start', 'stop', 'pause', 'resume', 'restart', 'remove'),
  count: fc.integer({ min: 2, max: 3 }),
});
const fromOutside = fc.record({ ...aim, kind: fc.constant('outside' as const), outside });

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: create },
  { weight: 9, arbitrary: change },
  { weight: 2, arbitrary: update },
  { weight: 1, arbitrary: batch },
  { weight: 5, arbitrary: fromOutside },
);

const timedStep = fc.record({
  step,
  waits: fc.boolean(),
  afterMs: anyOf(0, 5, 20, 80, 250),
});

/** The same steps for the same seed. */
export function stepsOf(seed: number, count: number): readonly TimedStep[] {
  const steps = fc.array(timedStep, { minLength: count, maxLength: count, size: 'max' });
  const [sample = []] = fc.sample(steps, { seed, numRuns: 1 });
  return sample;
}
