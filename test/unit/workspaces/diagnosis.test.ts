import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CordonError } from '../../../src/shared/errors.ts';
import { diagnosisText, type DiagnosisFacts } from '../../../src/workspaces/diagnosis.ts';
import type { WorkspaceRecord } from '../../../src/workspaces/workspaceRecord.ts';
import { anyText } from '../../support/anyText.ts';
import { fakeInfo } from '../../support/fakeEngine.ts';

const record: WorkspaceRecord = {
  id: 'a'.repeat(32),
  name: 'demo',
  folder: 'file:///home/jane%20doe/projects/demo',
  status: 'active',
  image: 'node:24',
  profile: 'standard',
  network: 'open',
  mount: 'live',
  limits: { cpus: 1, memoryMiB: 512, pids: 100, tmpMiB: 64 },
  env: { API_URL: 'https://hidden.example', PIN: '7' },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  statusAt: '2026-01-01T00:00:00.000Z',
};

const facts: DiagnosisFacts = {
  at: '2026-02-03T04:05:06.000Z',
  versions: { Cordon: '0.1.0', 'VS Code': '1.105.0', System: 'linux x64' },
  settings: { 'cordon.engine.host': 'tcp://jane:hunter2@engine.example:2376' },
  workspaces: [{ record, container: { kind: 'running', id: 'c1' }, sessions: 3 }],
  engine: {
    kind: 'connected',
    info: fakeInfo,
    attempts: [
      { endpoint: 'tcp://user:pass@host', chosenBecause: 'DOCKER_HOST', problem: 'No engine listens there.' },
    ],
  },
  eventStreams: 2,
  reconciliation: {
    at: '2026-02-03T04:00:00.000Z',
    durationMs: 42,
    result: { workspaces: 1, containers: 1, adopted: 0, finished: 0, removed: 0, failed: 0, young: 0 },
  },
  quarantined: 4,
  secretValues: ['wJalr/XUtn', 'first line of it\nand the second one'],
  errors: [
    {
      at: '2026-02-03T04:04:00.000Z',
      message: 'create "demo": failed at /home/jane doe/x with https://hidden.example',
    },
  ],
  homes: ['/home/jane doe'],
};

describe('the text of a diagnosis', () => {
  it('tells everything that helps', () => {
    const text = diagnosisText(facts);
    for (const part of [
      ...[
        'Cordon: 0.1.0',
        'VS Code: 1.105.0',
        'linux x64',
        'Fake Engine',
        '"apiVersion": "1.41"',
        'a test says so',
      ],
      ...[
        '"cgroupVersion": "2"',
        'tried tcp://•••@host (DOCKER_HOST): No engine listens there.',
        '"durationMs": 42',
      ],
      ...[
        '"cordon.engine.host": "tcp://•••@engine.example:2376"',
        '"folder": "file://~/projects/demo"',
        '"kind": "running"',
      ],
      ...['"API_URL": "•••"', '"PIN": "•••"', 'sessions: 3', 'event streams: 2', 'unreadable: 4'],
      '2026-02-03T04:04:00.000Z create "demo": failed at ~/x with •••',
    ])
      assert.ok(text.includes(part), `${part} in\n${text}`);
    for (const secret of ['hunter2', 'pass@', 'hidden.example', 'jane'])
      assert.ok(!text.includes(secret), `${secret} in\n${text}`);
  });

  it('says so where there is nothing, and why there is no engine', () => {
    const attempts = [{ endpoint: 'unix:///a.sock', chosenBecause: 'the context "x"', problem: 'Refused.' }];
    const text = diagnosisText({
      ...{ ...facts, workspaces: [], errors: [], settings: {}, reconciliation: undefined },
      engine: { kind: 'unavailable', attempts, error: new CordonError('engineUnavailable', 'None.') },
    });
    assert.match(
      text,
      /unavailable: \[engineUnavailable\] None\.\ntried unix:\/\/\/a\.sock \(the context "x"\): Refused\./,
    );
    assert.equal(text.match(/^none$/gm)?.length, 3);
    assert.match(text, /none yet/);
  });

  it('lets no name or error out of its fence', () => {
    const evil = 'x\n```\n![](http://evil.example/a.png)\u001b[31m\u202e';
    const text = diagnosisText({
      ...facts,
      workspaces: [
        { record: { ...record, name: evil }, container: { kind: 'unknown', reason: evil }, sessions: 0 },
      ],
      errors: [{ at: facts.at, message: evil }],
    });
    const fences = text.split('\n').filter((line) => /^\s*`{3}/.test(line));
    assert.equal(fences.length, 14);
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  });

  it('never holds the value of a variable, wherever else it came up', () => {
    fc.assert(
      fc.property(anyText(40), (value) => {
        const secret = `s3cr3t-${value}`;
        const text = diagnosisText({
          ...facts,
          workspaces: [
            {
              record: { ...record, env: { A: secret } },
              container: { kind: 'failed', reason: secret },
              sessions: 0,
            },
          ],
          errors: [
            {
              at: facts.at,
              message: `it printed ${secret} and ${JSON.stringify(secret)}`,
            },
          ],
        });
        assert.ok(!text.includes('s3cr3t-'), text);
      }),
    );
  });
});
