import assert from 'node:assert/strict';
import { commonLines } from '../../../src/review/merge/commonLines.ts';
import { unresolvedConflicts } from '../../../src/review/merge/unresolvedConflicts.ts';

const text = (...lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
const base = text('a', 'b', 'c', 'd', 'e');

describe('the unresolved conflicts of a merge', () => {
  it('are where both sides changed the same lines, and the result has the base', () => {
    const sides = {
      base,
      folder: text('host', 'b', 'ours', 'd', 'e', 'f'),
      workspace: text('a', 'b', 'theirs', 'd', 'their e'),
    };
    assert.equal(unresolvedConflicts(sides, base), 2);
    assert.equal(
      unresolvedConflicts(sides, text('host', 'b', 'c', 'd', 'e')),
      2,
      'one that is none is merged',
    );
    assert.equal(unresolvedConflicts(sides, text('host', 'b', 'ours', 'd', 'e')), 1);
    assert.equal(unresolvedConflicts(sides, text('host', 'b', 'both', 'd', 'their e', 'f')), 0);
    assert.equal(unresolvedConflicts(sides, text('host', 'b', 'd')), 0, 'nothing is an answer, too');
  });

  it('are not where one side changed something, or both the same', () => {
    const sides = {
      base,
      folder: text('a', 'x', 'c', 'd', 'mine'),
      workspace: text('a', 'x', 'c', 'd', 'e'),
    };
    assert.equal(unresolvedConflicts(sides, base), 0);
  });

  it('are where changes of both sides touch each other', () => {
    const sides = { base, folder: text('a', 'x', 'c', 'd', 'e'), workspace: text('a', 'b', 'y', 'd', 'e') };
    assert.equal(unresolvedConflicts(sides, base), 1);
  });

  it('are where both sides have lines of their own, and nobody knows the base', () => {
    const [folder, workspace] = [text('a', 'ours', 'b'), text('a', 'theirs', 'b')];
    const sides = { base: commonLines(folder, workspace), folder, workspace };
    assert.equal(unresolvedConflicts(sides, sides.base), 1);
    assert.equal(unresolvedConflicts(sides, text('a', 'ours', 'theirs', 'b')), 0);
  });

  it('are found whatever ends the lines, and the text', () => {
    const sides = {
      base: '\uFEFFone\r\ntwo',
      folder: '\uFEFFours\r\ntwo',
      workspace: '\uFEFFtheirs\r\ntwo\r\nthree',
    };
    assert.equal(unresolvedConflicts(sides, 'one\ntwo\nthree'), 1);
    assert.equal(unresolvedConflicts(sides, 'ours\ntwo\nthree'), 0);
  });

  it('are one of everything where the sides differ too much to be compared', () => {
    const folder = text(...Array.from({ length: 21_000 }, (_, at) => `line ${at}`));
    const sides = { base: '', folder, workspace: 'theirs' };
    assert.equal(unresolvedConflicts(sides, ''), 1);
    assert.equal(unresolvedConflicts(sides, folder), 0);
  });
});
