import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { countWords } from '../src/countWords.js';

test('counts words, whatever their case', () => {
  assert.deepEqual(countWords('One two. TWO!'), [
    { word: 'two', count: 2 },
    { word: 'one', count: 1 },
  ]);
});

test('orders equally frequent words by the alphabet', () => {
  assert.deepEqual(
    countWords('pear apple fig').map(({ word }) => word),
    ['apple', 'fig', 'pear'],
  );
});

test('knows words of other scripts, and apostrophes', () => {
  assert.deepEqual(
    countWords("사과 사과 don't").map(({ word, count }) => `${word} ${count}`),
    ['사과 2', "don't 1"],
  );
});

test('finds nothing in an empty text', () => {
  assert.deepEqual(countWords(' \n'), []);
});

test('prints the most frequent words of a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'words-'));
  try {
    await writeFile(join(folder, 'text.txt'), 'b a b c');
    const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [
      cli,
      join(folder, 'text.txt'),
      '--top',
      '1',
    ]);
    assert.equal(stdout, '    2  b\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});
