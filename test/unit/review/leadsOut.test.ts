import assert from 'node:assert/strict';
import { leadsOut } from '../../../src/review/leadsOut.ts';

describe('a symbolic link', () => {
  it('leads out of the folder, or may do so over other links', () => {
    const out: readonly [path: string, target: string][] = [
      ['l', '/etc'],
      ['l', '..'],
      ['a/l', '../..'],
      ['a/l', '../../x'],
      ['l', 'a/../../x'],
      // Where `a` is itself a link to the folder around it, this is above the folder.
      ['b/l', 'a/..'],
      ['l', './a/.//../x'],
    ];
    for (const [path, target] of out) assert.equal(leadsOut(path, target), true, `${path} -> ${target}`);
  });

  it('stays inside by what it says', () => {
    const inside: readonly [path: string, target: string][] = [
      ['l', 'a/b'],
      ['l', '.'],
      ['l', 'missing'],
      ['a/l', '../b'],
      ['a/b/l', '../../c/d'],
      ['l', '..a/...'],
      ['l', ''],
    ];
    for (const [path, target] of inside) assert.equal(leadsOut(path, target), false, `${path} -> ${target}`);
  });
});
