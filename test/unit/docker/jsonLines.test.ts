import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { EventMemory } from '../../../src/docker/eventMemory.ts';
import { readEvents } from '../../../src/docker/engineEvents.ts';
import { jsonLines } from '../../../src/docker/jsonLines.ts';
import { anyText } from '../../support/anyText.ts';

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

describe('jsonLines', () => {
  it('gives every value back, wherever chunks begin, letters of several bytes included', async () => {
    const value = fc.record({ text: anyText(20), number: fc.integer() });
    const values = fc.array(value, { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 1, max: 40 }), async (list, size) => {
        const bytes = Buffer.from(list.map((value) => JSON.stringify(value) + '\n').join(''));
        const parsed = await all(jsonLines(Readable.from(cut(bytes, size))));
        assert.deepEqual(parsed, JSON.parse(JSON.stringify(list)));
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out what is not JSON or too long, and goes on after it', async () => {
    const long = `{"a":"${'x'.repeat(3 * 1024 * 1024)}"}`;
    const bytes = Buffer.from(`1\nnot json\n{"cut":\n${long}\n2\n\n3`);
    assert.deepEqual(await all(jsonLines(Readable.from(cut(bytes, 60_000)))), [1, 2, 3]);
  });
});

describe('the events of an engine', () => {
  const line = (changes: object = {}) =>
    JSON.stringify({
      Type: 'container',
      Action: 'die',
      Actor: { ID: 'c1', Attributes: { 'cordon.workspace.id': 'w1', exitCode: '137' } },
      timeNano: 1_700_000_000_123_456_800,
      ...changes,
    });
  const events = (...lines: string[]) => all(readEvents(Readable.from([Buffer.from(lines.join('\n'))])));

  it('are told in our words', async () => {
    const [seen] = await events(line());
    assert.deepEqual(seen?.event, {
      workspaceId: 'w1',
      containerId: 'c1',
      action: 'die',
      exitCode: 137,
      timeMs: 1_700_000_000_123,
    });
  });

  it('are those of the workspace itself where the role is empty', async () => {
    const withRole = (role: string) =>
      line({ Actor: { ID: 'c1', Attributes: { 'cordon.workspace.id': 'w1', 'cordon.role': role } } });
    const seen = await events(withRole(''), withRole('proxy'), withRole('x'));
    assert.deepEqual(
      seen.map(({ event }) => ('kind' in event ? event.kind : 'own')),
      ['own', 'proxy'],
    );
  });

  it('are left out when they are damaged or not about a workspace', async () => {
    const damaged = [
      line({ Type: 'network' }),
      line({ Action: 'exec_start: sh' }),
      line({ Actor: { ID: 'c1', Attributes: {} } }),
      line({ Actor: { ID: 1, Attributes: { 'cordon.workspace.id': 'w1' } } }),
      line({ timeNano: 'soon' }),
      'null',
      '[]',
    ];
    assert.deepEqual(await events(...damaged), []);
    const [odd] = await events(
      line({ Actor: { ID: 'c', Attributes: { 'cordon.workspace.id': 'w', exitCode: 'x' } } }),
    );
    assert.equal(odd && 'exitCode' in odd.event, false);
  });

  it('tell of processes that are started from outside, and of containers that are connected to a network', async () => {
    const about = (attributes: object) => ({
      Actor: { ID: 'c1', Attributes: { 'cordon.workspace.id': 'w1', ...attributes } },
    });
    const seen = await events(
      line({ Action: 'exec_start: sh -c a: b\nc ', ...about({ execID: 'e1' }) }),
      line({ Action: `exec_start: ${'x'.repeat(5000)}`, ...about({ execID: 'e2' }) }),
      line({ Action: 'exec_die', ...about({ execID: 'e1', exitCode: '137' }) }),
      line({ Action: 'exec_start: sh', ...about({ execID: 5 }) }),
      line({
        Type: 'network',
        Action: 'connect',
        Actor: { ID: 'n1', Attributes: { container: 'c9', name: 'bridge' } },
      }),
      line({ Type: 'network', Action: 'connect', Actor: { ID: 'n1', Attributes: { container: 7 } } }),
    );
    const common = { workspaceId: 'w1', containerId: 'c1', timeMs: 1_700_000_000_123 };
    assert.deepEqual(
      seen.map(({ event }) => event),
      [
        { ...common, kind: 'exec', execId: 'e1', command: 'sh -c a: b\nc' },
        { ...common, kind: 'exec', execId: 'e2', command: 'x'.repeat(500) },
        { ...common, kind: 'execEnd', execId: 'e1', exitCode: 137 },
        {
          kind: 'networkConnect',
          containerId: 'c9',
          networkId: 'n1',
          networkName: 'bridge',
          timeMs: 1_700_000_000_123,
        },
      ],
    );
    assert.equal(new Set(seen.map(({ key }) => key)).size, 4);
  });

  it('are told once when a stream repeats the last of them', async () => {
    const memory = new EventMemory();
    const list = await events(line(), line({ Action: 'stop' }), line());
    assert.deepEqual(
      list.map((seen) => memory.isNew(seen)),
      [true, true, false],
    );
    assert.equal(memory.lastMs, 1_700_000_000_123);
  });
});
