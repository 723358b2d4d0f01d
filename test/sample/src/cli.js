#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { countWords } from './countWords.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { top: { type: 'string', default: '10' } },
});

if (positionals.length !== 1) {
  console.error('Usage: word-frequencies FILE [--top N]');
  process.exit(2);
}

const words = countWords(await readFile(positionals[0], 'utf8'));
for (const { word, count } of words.slice(0, Number(values.top))) {
  console.log(`${String(count).padStart(5)}  ${word}`);
}
