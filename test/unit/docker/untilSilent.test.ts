import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { untilSilent } from '../../../src/docker/untilSilent.ts';
import { hasCode } from '../../../src/shared/errors.ts';

describe('an answer that may fall silent', () => {
  it('comes as it is', async () => {
    const source = new PassThrough();
    const bytes = untilSilent(source, 60_000);
    source.write('one');
    source.end('two');
    assert.equal((await bytes.toArray()).join(''), 'onetwo');
  });

  it('fails once nothing comes any more', async () => {
    const source = new PassThrough();
    const bytes = untilSilent(source, 20);
    source.write('one');
    await assert.rejects(bytes.toArray(), (error) => hasCode(error, 'timeout'));
    assert.equal(source.destroyed, true);
  });

  it('is not taken for silent while nobody wants more of it', async () => {
    const source = new PassThrough();
    const bytes = untilSilent(source, 20);
    const much = 'x'.repeat(200_000);
    source.write(much);
    await once(bytes, 'readable');
    await delay(60);
    source.end('two');
    assert.equal((await bytes.toArray()).join(''), `${much}two`);
  });

  it('ends with whoever reads it', async () => {
    const source = new PassThrough();
    const bytes = untilSilent(source, 60_000);
    source.write('one');
    await once(bytes, 'data');
    await delay(10);
    bytes.destroy();
    await once(source, 'close');
  });

  it('fails as its source does', async () => {
    const source = new PassThrough();
    const bytes = untilSilent(source, 60_000);
    source.destroy(new Error('broken'));
    await assert.rejects(bytes.toArray(), /broken/);
  });
});
