import assert from 'node:assert/strict';
import { parseWorkspaceName } from '../../../src/isolation/workspaceName.ts';
import { freeName } from '../../../src/vscode/freeName.ts';

describe('freeName', () => {
  it("is the folder's name where that is free", () => {
    assert.equal(freeName('shop', []), 'shop');
    assert.equal(freeName('한국어 폴더', ['shop']), '한국어 폴더');
  });

  it('counts on past names that are taken or look like it', () => {
    assert.equal(freeName('shop', ['SHOP']), 'shop 2');
    assert.equal(freeName('shop', ['shop', 'shop 2']), 'shop 3');
  });

  it('is allowed whatever the folder is called', () => {
    for (const folder of ['', '.', '..', 'a\nb', 'a\u202eb', 'a\\b', 'x'.repeat(255), '\ud800', '   ']) {
      const name = freeName(folder, []);
      assert.equal(parseWorkspaceName(name), name);
      const second = freeName(folder, [name]);
      assert.equal(parseWorkspaceName(second), second);
      assert.notEqual(second, name);
    }
  });
});
