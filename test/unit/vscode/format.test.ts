import assert from 'node:assert/strict';
import {
  formatAge,
  formatDuration,
  formatSize,
  withoutControlCharacters,
} from '../../../src/vscode/format.ts';

describe('format', () => {
  it('writes sizes with their unit', () => {
    assert.equal(formatSize(0, 'en'), '0 byte');
    assert.equal(formatSize(240 * 1024 * 1024, 'en'), '240 MB');
    assert.equal(formatSize(1.5 * 1024 ** 3, 'en'), '1.5 GB');
  });

  it('writes ages in the largest unit that fits', () => {
    const now = Date.parse('2026-03-10T12:00:00Z');
    assert.equal(formatAge('2026-03-07T12:00:00Z', 'en', now), '3 days ago');
    assert.equal(formatAge('2026-03-10T11:59:30Z', 'en', now), 'now');
    assert.equal(formatAge('2026-03-10T13:00:00Z', 'en', now), 'now');
    assert.equal(formatAge('no time', 'en', now), '');
  });

  it('writes durations', () => {
    assert.equal(formatDuration(239.6), '240 ms');
    assert.equal(formatDuration(1234), '1.2 s');
  });

  it('takes out what could colour a terminal, move a cursor or turn text around', () => {
    assert.equal(withoutControlCharacters('a\u001b[31mb\r\nc\u202ed'), 'a [31mb  c d');
    assert.equal(withoutControlCharacters('한국어 é 😀'), '한국어 é 😀');
  });
});
