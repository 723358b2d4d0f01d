import assert from 'node:assert/strict';
import { sessionOfTry } from '../../../../src/workspaces/proxy/sessionOfTry.ts';

const nowMs = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();
const running = (command: string, since: number) =>
  ({ command: command.split(' '), startedAt: at(since), state: { kind: 'running' } }) as const;
const ended = (command: string, since: number, until: number) =>
  ({
    command: command.split(' '),
    startedAt: at(since),
    state: { kind: 'ended', exitCode: 0, endedAt: at(until) },
  }) as const;
/** A try that was told at once when it ended. */
const seen = (beginSeconds: number, endSeconds = beginSeconds) => ({
  atMs: nowMs + beginSeconds * 1000,
  durationMs: (endSeconds - beginSeconds) * 1000,
});

describe('the session in which something was tried', () => {
  it('is the only one that ran then, also where it has ended since', () => {
    assert.equal(sessionOfTry(seen(0), [running('npm ci', -60)], nowMs), 'npm ci');
    assert.equal(sessionOfTry(seen(-0.2), [ended('npm ci', -60, -0.1)], nowMs), 'npm ci');
    const before = [running('bash', -1), ended('npm ci', -60, -30)];
    assert.equal(sessionOfTry(seen(0), before, nowMs), 'bash');
  });

  it('is nobody’s guess where there is another one, or none', () => {
    assert.equal(sessionOfTry(seen(0), [], nowMs), undefined);
    assert.equal(sessionOfTry(seen(0), [running('bash', -60), running('npm ci', -5)], nowMs), undefined);
    assert.equal(
      sessionOfTry(seen(0), [running('bash', -60), ended('npm ci', -5, -0.5)], nowMs),
      undefined,
      'it may have been the one that has just ended',
    );
    assert.equal(
      sessionOfTry(seen(-50, 0), [running('bash', -10), ended('npm ci', -60, -40)], nowMs),
      undefined,
      'both ran while it went on',
    );
    assert.equal(sessionOfTry(seen(0), [ended('npm ci', -60, -30)], nowMs), undefined);
  });

  it('is not told where the clock of the engine is another one', () => {
    for (const seconds of [-10, 10])
      assert.equal(sessionOfTry(seen(seconds), [running('npm ci', -60)], nowMs), undefined);
  });
});
