import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { emptyFilesArchive } from '../../../src/docker/tarArchive.ts';

describe('an archive of empty files', () => {
  it('is read by tar as it was meant, with numbers of any size', () => {
    const archive = emptyFilesArchive(['upper', 'work'], { uid: 1000, gid: 4_000_000_000 });
    const listed = execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: archive }).toString();
    const lines = listed
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' '));
    assert.equal(lines.length, 2);
    for (const [index, name] of ['upper', 'work'].entries())
      assert.match(lines[index]!, new RegExp(`^-rw------- 1000/4000000000 0 .* ${name}$`));
  });
});
