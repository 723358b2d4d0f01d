import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Change } from '../../../src/review/change.ts';
import { ChangeRows } from '../../../src/vscode/review/changeRows.ts';

function change(path: string, size = 1): Change {
  return { path, kind: 'added', type: 'file', conflict: false, dangers: [], size };
}

describe('the rows of changes', () => {
  it('stay the very same for what is as before, so that a button is there when it is pressed', () => {
    const rows = new ChangeRows('id', vscode.Uri.file('/folder'));
    const [a, b] = rows.of([change('a'), change('b')]);
    const [first, again, other] = rows.of([change('0'), change('a'), change('b', 2)]);
    assert.equal(again, a);
    assert.equal(first?.change.path, '0');
    assert.notEqual(other, b);
    assert.equal(other?.change.size, 2);
    assert.deepEqual(rows.of([]), []);
    assert.notEqual(rows.of([change('a')])[0], a);
  });
});
