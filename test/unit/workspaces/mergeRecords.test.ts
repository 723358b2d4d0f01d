import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeRecords, sameRecords, type RecordSet } from '../../../src/workspaces/mergeRecords.ts';
import type { WorkspaceRecord } from '../../../src/workspaces/workspaceRecord.ts';

const second = (at: number) => new Date(at * 1000).toISOString();
const ids = ['a', 'b', 'c'].map((letter) => letter.repeat(32));

/** What differs between versions of a record, as far as a merge looks at it. */
const record = (id: string) =>
  fc
    .record({
      name: fc.constantFrom('one', 'two'),
      at: fc.nat(4),
      status: fc.constantFrom('active', 'inactive'),
      statusAt: fc.nat(4),
      intent: fc.option(fc.record({ operation: fc.constantFrom('start', 'stop'), owner: fc.nat(1) }), {
        nil: undefined,
      }),
      held: fc.option(fc.record({ at: fc.nat(3), over: fc.boolean(), owner: fc.nat(1) }), { nil: undefined }),
      frozen: fc.option(fc.record({ at: fc.nat(3), released: fc.boolean() }), { nil: undefined }),
      idle: fc.option(
        fc.record({ at: fc.nat(3), over: fc.boolean(), action: fc.constantFrom('pause', 'stop') }),
        { nil: undefined },
      ),
      isReversed: fc.boolean(),
    })
    .map(({ name, at, status, statusAt, intent, held, frozen, idle, isReversed }) => {
      const found = {
        ...{ id, name, updatedAt: second(at), status, statusAt: second(statusAt) },
        ...(intent && { intent: { ...intent, startedAt: second(0) } }),
        ...(held && { held: { owner: held.owner, at: second(held.at), ...(held.over && { over: true }) } }),
        ...(frozen && { frozen: { at: second(frozen.at), ...(frozen.released && { released: true }) } }),
        ...(idle && { idle: { action: idle.action, at: second(idle.at), ...(idle.over && { over: true }) } }),
      };
      const entries = Object.entries(found);
      return Object.fromEntries(isReversed ? entries.reverse() : entries) as unknown as WorkspaceRecord;
    });

const recordSet: fc.Arbitrary<RecordSet> = fc
  .tuple(...ids.map((id) => fc.tuple(fc.option(record(id)), fc.option(fc.nat(4)))))
  .map((entries) => ({
    records: new Map(entries.flatMap(([found]) => (found ? [[found.id, found] as const] : []))),
    removed: new Map(
      entries.flatMap(([found, at], index) =>
        !found && at !== null ? [[ids[index] ?? '', second(at)] as const] : [],
      ),
    ),
  }));

const assertSame = (one: RecordSet, other: RecordSet) => {
  assert.ok(sameRecords(one, other), `${shown(one)}\n${shown(other)}`);
};
const shown = ({ records, removed }: RecordSet) => JSON.stringify([[...records], [...removed]]);

describe('merge of what two windows know', () => {
  const merge = mergeRecords;

  it('is the same whoever does it', () => {
    fc.assert(
      fc.property(recordSet, recordSet, (a, b) => {
        assertSame(merge(a, b), merge(b, a));
      }),
    );
  });

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(recordSet, recordSet, (a, b) => {
        const merged = merge(a, b);
        assertSame(merge(merged, a), merged);
        assertSame(merge(merged, b), merged);
        assertSame(merge(merged, merged), merged);
      }),
    );
  });

  it('loses no workspace that nobody removed', () => {
    fc.assert(
      fc.property(recordSet, recordSet, (a, b) => {
        const { records, removed } = merge(a, b);
        for (const id of [...a.records.keys(), ...b.records.keys()])
          assert.ok(records.has(id) || a.removed.has(id) || b.removed.has(id));
        for (const id of removed.keys()) assert.ok(!records.has(id));
      }),
    );
  });

  it('keeps windows in agreement that write over each other, whatever the order', () => {
    fc.assert(
      fc.property(
        fc.array(recordSet, { minLength: 2, maxLength: 4 }),
        fc.array(fc.nat(3)),
        (windows, order) => {
          const known = [...windows];
          let stored = known[0]!;
          const write = (at: number) => {
            const merged = merge(known[at % known.length]!, stored);
            known[at % known.length] = merged;
            stored = merged;
          };
          // A window that comes when nobody writes any more hears of all, and all of it.
          [...order, ...known.keys(), ...known.keys()].forEach(write);
          for (const each of known) assertSame(each, stored);
        },
      ),
    );
  });

  it('brings back neither an operation nor a hold that has ended', () => {
    const before = {
      ...{ id: ids[0]!, name: 'one', updatedAt: second(1), statusAt: second(1), status: 'inactive' },
      ...{
        intent: { operation: 'start', owner: 1, startedAt: second(1) },
        held: { owner: 1, at: second(1) },
      },
    };
    const ended = {
      ...{ ...before, updatedAt: second(2), statusAt: second(2), status: 'active', intent: undefined },
      held: { owner: 1, at: second(2), over: true },
    };
    const renamedElsewhere = { ...before, name: 'two', updatedAt: second(3) };
    const setOf = (one: object): RecordSet => ({
      records: new Map([[ids[0]!, one as WorkspaceRecord]]),
      removed: new Map(),
    });
    const merged = merge(setOf(ended), setOf(renamedElsewhere)).records.get(ids[0]!);
    assertSame(
      setOf(merged!),
      setOf({
        ...ended,
        name: 'two',
        updatedAt: second(3),
      }),
    );
  });

  it('forgets the oldest of very many removals', () => {
    const removed = new Map(Array.from({ length: 2000 }, (_, at) => [`${at}`, second(at)] as const));
    const merged = merge({ records: new Map(), removed }, { records: new Map(), removed: new Map() });
    assert.equal(merged.removed.size, 500);
    assert.ok(merged.removed.has('1999') && !merged.removed.has('1499'));
  });
});
