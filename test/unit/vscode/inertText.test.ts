import assert from 'node:assert/strict';
import { withoutIcons, withoutLinks } from '../../../src/vscode/inertText.ts';

describe('text of somebody else', () => {
  it('holds no link that a notification would make', () => {
    // as VS Code looks for links in a message
    const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
    for (const text of ['[a](command:b)', '[[a](https://b)', 'x [a](file:b "c") y [d](command:e)']) {
      assert.match(text, link);
      assert.doesNotMatch(withoutLinks(text), link);
      assert.equal(withoutLinks(text).replaceAll('\u200b', ''), text);
    }
  });

  it('holds no icon that a label would draw', () => {
    assert.doesNotMatch(withoutIcons('$(trash) $$(x)'), /\$\([\w-]+\)/);
    assert.equal(withoutIcons('plain (text) $'), 'plain (text) $');
  });
});
