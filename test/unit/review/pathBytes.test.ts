import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isText, pathBytes, pathText } from '../../../src/review/pathBytes.ts';

describe('paths of any bytes', () => {
  it('come back as the very same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        assert.deepEqual(pathBytes(pathText(bytes)), Buffer.from(bytes));
      }),
    );
  });

  it('are read as text where they are text, and are told apart where they are not', () => {
    for (const text of ['a/b', '한국', '😀', '\ufeffx', 'a\nb']) {
      assert.equal(pathText(Buffer.from(text)), text);
      assert.equal(isText(text), true);
    }
    assert.equal(pathText(Buffer.from([0x61, 0xff, 0xe2, 0x82])), 'a\udcff\udce2\udc82');
    assert.equal(isText('a\udcff'), false);
  });
});
