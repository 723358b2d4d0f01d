import assert from 'node:assert/strict';
import { rulesOf } from '../../../../src/isolation/egress/egressPolicy.ts';
import { plainlyAllowed } from '../../../../src/isolation/egress/plainlyAllowed.ts';

const nameOf = (allow: readonly string[], deny: readonly string[] = []) =>
  plainlyAllowed(rulesOf({ presets: [], allow, deny }));

describe('a name that rules let through whatever is asked of it', () => {
  it('is the first one that has no pattern and is limited to nothing but plain HTTP', () => {
    assert.equal(nameOf(['*.a.example.org', 'b.example.org', 'c.example.org']), 'b.example.org');
    assert.equal(nameOf(['b.example.org:80']), 'b.example.org');
    assert.equal(nameOf(['bücher.example.org']), 'xn--bcher-kva.example.org');
    const limited = ['*.a.example.org', 'a.example.org:443', 'GET a.example.org', 'a.example.org/x'];
    assert.equal(nameOf(limited), undefined);
    assert.equal(nameOf([]), undefined);
  });

  it('is none that a rule denies, were it only in part', () => {
    const denials = [
      'a.example.org',
      '*.example.org',
      'a.example.org:80',
      'POST a.example.org',
      'a.example.org/x',
    ];
    for (const denied of denials) {
      assert.equal(nameOf(['a.example.org'], [denied]), undefined, denied);
      assert.equal(nameOf(['a.example.org', 'b.example.com'], [denied]), 'b.example.com', denied);
    }
    assert.equal(nameOf(['example.org'], ['*.example.org']), 'example.org', 'a pattern is about names below');
    assert.equal(nameOf(['an-example.org'], ['*.example.org']), 'an-example.org');
  });
});
