import fs from 'node:fs';
import path from 'node:path';
import { codeLines } from './codeLines.mjs';
import { run } from './command.mjs';
import { cacheFolder, projectRoot } from './paths.mjs';
import { projectTool } from './projectTool.mjs';

/** Where every process of the tests writes what V8 saw of it. */
export const rawCoverage = path.join(cacheFolder, 'coverage/raw');
const reports = path.join(cacheFolder, 'coverage/report');
const LEAST_PERCENT = 90;

/**
 * Prints which lines of `src` the tests ran, and fails below 90 %. c8 maps what V8 saw (of TypeScript loaded by tsx,
 * and of the bundle in VS Code) back to the sources; a file that nothing loaded counts with all its lines of code.
 */
export async function reportCoverage() {
  if (!fs.existsSync(rawCoverage)) throw new Error('No tests have run with coverage.');
  await run(
    process.execPath,
    [
      ...[projectTool('c8'), 'report', '--temp-directory', rawCoverage, '--reports-dir', reports],
      ...['--reporter', 'json', '--merge-async', '--exclude-after-remap=false', '--exclude', 'test/**'],
      ...['--include', 'src/**', '--include', 'dist/**', '--extension', '.ts', '--extension', '.js'],
    ],
    { cwd: projectRoot },
  );
  const map = JSON.parse(fs.readFileSync(path.join(reports, 'coverage-final.json'), 'utf8'));
  const seen = Object.values(map);
  const source = path.join(projectRoot, 'src');
  const files = fs.readdirSync(source, { recursive: true }).filter((name) => name.endsWith('.ts'));
  const rows = await Promise.all(
    files.sort().map(async (name) => {
      const file = path.join(source, name);
      const covered = coveredLines(seen.filter((entry) => path.resolve(entry.path) === file));
      const lines = [...(await codeLines(file))];
      return { name, lines: lines.length, missed: lines.filter((line) => !covered.has(line)) };
    }),
  );
  print(rows.filter(({ lines }) => lines > 0));
}

/** c8 keeps one statement for every line. */
function coveredLines(entries) {
  const lines = new Set();
  for (const { statementMap, s } of entries) {
    for (const [key, { start }] of Object.entries(statementMap)) if (s[key] > 0) lines.add(start.line);
  }
  return lines;
}

function print(rows) {
  const percent = (lines, missed) => (lines === 0 ? 100 : (100 * (lines - missed)) / lines);
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, lines, missed } of rows) {
    const figure = percent(lines, missed.length).toFixed(1).padStart(5);
    const where = missed.length === lines ? 'never run' : ranges(missed);
    console.log(`${name.padEnd(width)}  ${figure} %  of ${String(lines).padStart(3)}  ${where}`);
  }
  const lines = rows.reduce((sum, row) => sum + row.lines, 0);
  const missed = rows.reduce((sum, row) => sum + row.missed.length, 0);
  const total = percent(lines, missed);
  console.log(`Lines of src: ${total.toFixed(2)} % (${lines - missed} of ${lines})`);
  if (total < LEAST_PERCENT) throw new Error(`Coverage is below ${LEAST_PERCENT} % of lines.`);
}

function ranges(lines) {
  const found = [];
  for (const line of lines.sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && line - last[1] <= 1) last[1] = line;
    else found.push([line, line]);
  }
  const texts = found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`));
  return texts.length > 8 ? `${texts.slice(0, 8).join(', ')}, ...` : texts.join(', ');
}
