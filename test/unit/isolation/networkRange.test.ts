import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { defaultNetworkRange, isNetworkRange } from '../../../src/isolation/networkRange.ts';

describe('a range for networks', () => {
  it('is private and has room', () => {
    for (const range of [
      defaultNetworkRange,
      '10.0.0.0/8',
      '172.16.0.0/12',
      '192.168.7.0/24',
      '100.64.0.0/10',
    ])
      assert.equal(isNetworkRange(range), true, range);
    for (const range of [
      '8.8.8.0/16',
      '172.0.0.0/8',
      '10.0.0.0/25',
      '0.0.0.0/0',
      '240.0.0.0/8',
      '10.0.0.0',
      'fd00::/8',
    ])
      assert.equal(isNetworkRange(range), false, range);
  });

  it('is the same by default in the settings', () => {
    const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
      contributes: { configuration: { properties: Record<string, { default: unknown; pattern: string }> } };
    };
    const setting = manifest.contributes.configuration.properties['cordon.networkRange'];
    assert.equal(setting?.default, defaultNetworkRange);
    assert.match(defaultNetworkRange, new RegExp(setting.pattern));
  });
});
