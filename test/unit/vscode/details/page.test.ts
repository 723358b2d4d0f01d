import assert from 'node:assert/strict';
import { readMessage } from '../../../../src/vscode/details/page/readMessage.ts';
import { columnsOf, windowMs, withSample } from '../../../../src/vscode/details/page/sampleWindow.ts';
import { sampleAt } from '../../../support/resourceSamples.ts';

describe('what the page takes for a message', () => {
  const state = {
    title: 'demo',
    summary: 'running',
    facts: [{ label: 'Image', value: 'tiny', isTime: false }],
    sessions: [
      {
        kind: 'Command',
        command: 'make',
        startedAt: '2026-01-01T00:00:00Z',
        state: 'ended with exit code 2',
      },
    ],
    limits: { cpuCores: 2, memoryBytes: 1, pids: 3 },
    canCheck: true,
    isThere: true,
  };
  const finding = { status: 'holds', statusWord: 'holds', title: 't', expected: 'e', actual: 'a' };
  const name = {
    address: 'a.example.org:443',
    name: 'a.example.org',
    verdict: 'denied',
    text: 'denied',
    at: '',
    decisions: [{ type: 'denyName', label: 'Always Deny', inFull: 'Always deny a.example.org' }],
  };
  const event = { at: '', kindWord: '', severity: 'info', severityWord: '', text: '' };
  const messages = {
    state: { type: 'state', state },
    samples: { type: 'samples', samples: [sampleAt(1)] },
    sample: { type: 'sample', sample: sampleAt(1) },
    report: { type: 'report', report: { summary: '', findings: [finding], isChecking: false } },
    names: { type: 'names', names: [name] },
    noNames: { type: 'names', names: null },
    timeline: { type: 'timeline', events: [event] },
    log: { type: 'log', text: 'x' },
  };

  it('is what the extension says', () => {
    for (const message of Object.values(messages)) assert.equal(readMessage(message), message);
  });

  it('is nothing else', () => {
    for (const other of [
      undefined,
      null,
      'log',
      {},
      { type: 'toString' },
      { type: '__proto__' },
      { type: 'log' },
      { type: 'log', text: { toString: 1 } },
      { type: 'state', state: { ...state, facts: [{ label: 'x' }] } },
      { type: 'state', state: { ...state, limits: { ...state.limits, pids: Infinity } } },
      { type: 'sample', sample: { ...sampleAt(1), cpuCores: NaN } },
      { type: 'sample', sample: { ...sampleAt(1), pids: '3' } },
      { type: 'report', report: { summary: '', findings: [{ ...finding, status: 'x' }], isChecking: false } },
      { type: 'timeline', events: [{ ...event, severity: '"><script>' }] },
      { type: 'timeline', events: {} },
      { type: 'names' },
      { type: 'names', names: [{ ...name, verdict: 'x' }] },
      { type: 'names', names: [{ ...name, decisions: [{ ...name.decisions[0], type: 'remove' }] }] },
    ])
      assert.equal(readMessage(other), undefined, JSON.stringify(other));
  });
});

describe('the samples of a chart', () => {
  it('are those of the last 15 minutes, in their order', () => {
    const first = withSample([], sampleAt(1_000_000));
    const second = withSample(first, sampleAt(1_003_000));
    assert.deepEqual(withSample(second, sampleAt(1_002_000)), second, 'an older one is no news');
    const late = withSample(second, sampleAt(1_001_000 + windowMs));
    assert.deepEqual(
      late.map(({ atMs }) => atMs),
      [1_003_000, 1_001_000 + windowMs],
    );
  });

  it('go on after the clock was set back, without what is of a later time', () => {
    const samples = [1_000_000, 4_000_000, 4_003_000].map((atMs) => sampleAt(atMs));
    const back = withSample(samples, sampleAt(1_002_000));
    assert.deepEqual(
      withSample(back, sampleAt(1_004_000)).map(({ atMs }) => atMs),
      [1_000_000, 1_002_000, 1_004_000],
    );
  });

  it('have no line over a time in which nobody looked', () => {
    const samples = [
      sampleAt(10_000, { pids: 1 }),
      sampleAt(12_000, { pids: 2 }),
      sampleAt(60_000, { pids: 3 }),
    ];
    assert.deepEqual(columnsOf(samples, [({ pids }) => pids, ({ cpuCores }) => cpuCores]), {
      seconds: [10, 12, 12.001, 60],
      values: [
        [1, 2, null, 3],
        [0, 0, null, 0],
      ],
    });
  });
});
