import fs from 'node:fs';
import { SourceMap } from 'node:module';
import * as esbuild from 'esbuild';

/**
 * The lines of a TypeScript file that become code. Types and comments do not, so they neither count as covered nor,
 * in a file that holds nothing else, as missed.
 */
export async function codeLines(file) {
  const { code, map } = await esbuild.transform(fs.readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcemap: 'external',
    sourcefile: file,
  });
  const sourceMap = new SourceMap(JSON.parse(map));
  const lines = new Set();
  code.split('\n').forEach((text, line) => {
    for (const { index } of text.matchAll(/\S/g)) {
      const { originalLine } = sourceMap.findEntry(line, index);
      if (originalLine !== undefined) lines.add(originalLine + 1);
    }
  });
  return lines;
}
