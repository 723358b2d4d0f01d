import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fromArchive, inArchive, pathBytes, pathText } from '../../../src/review/pathBytes.ts';
import { archiveBytes, archiveText } from '../../../src/shared/archiveText.ts';

describe('names in archives', () => {
  const name = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes));

  it('are text of any bytes, and give the same bytes back', () => {
    fc.assert(
      fc.property(name, (bytes) => {
        const text = archiveText(bytes) ?? bytes.toString();
        assert.ok(!/\p{Cs}/u.test(text));
        assert.deepEqual(archiveBytes(Buffer.from(text)), bytes);
      }),
    );
  });

  it('are paths that stay what they were', () => {
    fc.assert(
      fc.property(name, (bytes) => {
        const path = pathText(bytes);
        assert.deepEqual(pathBytes(fromArchive(inArchive(path))), bytes);
      }),
    );
  });

  it('are themselves where they are plain text, and never taken for others', () => {
    assert.equal(archiveText(Buffer.from('src/ä b.txt')), undefined);
    const odd = Buffer.from('x\u{10ff80}\u{10ffff}');
    assert.deepEqual(archiveBytes(Buffer.from(archiveText(odd) ?? '')), odd);
    assert.notEqual(archiveText(odd), archiveText(Buffer.from([0x78, 0x80, 0xff])));
  });
});
