import assert from 'node:assert/strict';
import { ExcludedPaths } from '../../../src/review/excludedPaths.ts';

describe('excluded paths', () => {
  it('are told by gitignore patterns, of which the last that fits decides', () => {
    const excluded = new ExcludedPaths(['*.log', '!keep.log', 'build/', '/top', '# comment', '']);
    const has = (path: string, isFolder = false) => excluded.has(path, isFolder);
    assert.deepEqual(
      ['a.log', 'd/a.log', 'keep.log', 'top', 'd/top', '# comment', 'a'].map((path) => has(path)),
      [true, true, false, true, false, false, false],
    );
    assert.deepEqual([has('d/build', true), has('build')], [true, false]);
  });

  it('are none without patterns, and can have any name', () => {
    const names = ['...', ' ', '..a', '\\', 'a\nb', 'a\udcffb', '!x', '~', ':', 'C:', '[', '*'];
    const none = new ExcludedPaths([]);
    const all = new ExcludedPaths(['*']);
    for (const name of names) {
      assert.equal(none.has(name, false), false, name);
      assert.equal(none.has(`d/${name}`, true), false, name);
      assert.equal(all.has(name, false), true, JSON.stringify(name));
    }
  });

  it('are told of patterns that mean nothing, too', () => {
    const excluded = new ExcludedPaths(['[', '[z-a]', '\\', '**', '***', '/', '!', 'a[', '(', '+', '{1,2}']);
    assert.equal(typeof excluded.has('a', false), 'boolean');
  });
});
