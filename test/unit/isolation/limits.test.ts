import assert from 'node:assert/strict';
import { limitRanges } from '../../../src/isolation/limits.ts';
import { profiles } from '../../../src/isolation/profiles.ts';

describe('limits', () => {
  it('of every profile are in their range', () => {
    for (const { limits } of Object.values(profiles)) {
      for (const limit of ['cpus', 'memoryMiB', 'pids', 'tmpMiB'] as const) {
        const { least, most, whole } = limitRanges[limit];
        const value = limits[limit];
        assert.ok(value >= least && value <= most && (!whole || Number.isInteger(value)), limit);
      }
    }
  });
});
