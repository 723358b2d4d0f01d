import fs from 'node:fs';
import path from 'node:path';
import { codeLines } from './codeLines.mjs';
import { run } from './command.mjs';
import { cacheFolder, projectRoot } from './paths.mjs';
import { projectTool } from './projectTool.mjs';

/** Where every process of the tests writes what V8 saw of it, in a folder for each kind of tests. */
export const rawCoverage = path.join(cacheFolder, 'coverage/raw');
const reports = path.join(cacheFolder, 'coverage/report');
const kinds = ['unit', 'docker', 'extension', 'ui'];
/** What these reach is enforced: they run everywhere, without a VS Code. */
const enforcedKinds = ['unit', 'docker'];
const LEAST_PERCENT = 90;
/** The page of the details view runs in a browser, of which V8 in Node sees nothing; test/ui opens it. */
const inBrowser = path.join('vscode/details/page/');

/** The environment of tests of one kind, so that their coverage can be told from that of the others. */
export const coverageOf = (kind) => ({ NODE_V8_COVERAGE: path.join(rawCoverage, kind) });

/**
 * Prints which lines of `src` the tests ran, and fails where unit and docker tests together ran less than 90 %. A file
 * that nothing loaded counts with all its lines of code.
 */
export async function reportCoverage() {
  const measured = kinds.filter((kind) => fs.existsSync(path.join(rawCoverage, kind)));
  if (measured.length === 0) throw new Error('No tests have run with coverage.');
  const seen = new Map();
  for (const kind of measured) seen.set(kind, await seenBy(kind));
  const source = path.join(projectRoot, 'src');
  const files = fs
    .readdirSync(source, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.startsWith(inBrowser));
  const rows = await Promise.all(
    files.sort().map(async (name) => {
      const file = path.join(source, name);
      const lines = [...(await codeLines(file))];
      const missedBy = (some) => {
        const entries = some.flatMap((kind) => seen.get(kind) ?? []);
        const covered = coveredLines(entries.filter((entry) => path.resolve(entry.path) === file));
        return lines.filter((line) => !covered.has(line));
      };
      return { name, lines: lines.length, missed: missedBy(enforcedKinds), missedByAll: missedBy(measured) };
    }),
  );
  print(
    rows.filter(({ lines }) => lines > 0),
    measured,
  );
}

/**
 * What tests of one kind ran, file by file. c8 maps what V8 saw (of TypeScript loaded by tsx, of the built unit tests, and
 * of the bundle in VS Code) back to the sources.
 */
async function seenBy(kind) {
  await run(
    process.execPath,
    [
      ...[projectTool('c8'), 'report', '--temp-directory', path.join(rawCoverage, kind)],
      ...['--reports-dir', path.join(reports, kind), '--reporter', 'json', '--merge-async'],
      ...['--exclude-after-remap=false', '--exclude', 'test/**'],
      ...['--include', 'src/**', '--include', 'dist/**', '--include', 'out/test/unit/**'],
      ...['--extension', '.ts', '--extension', '.js'],
    ],
    { cwd: projectRoot },
  );
  const report = path.join(reports, kind, 'coverage-final.json');
  return Object.values(JSON.parse(fs.readFileSync(report, 'utf8')));
}

/** c8 keeps one statement for every line. */
function coveredLines(entries) {
  const lines = new Set();
  for (const { statementMap, s } of entries) {
    for (const [key, { start }] of Object.entries(statementMap)) if (s[key] > 0) lines.add(start.line);
  }
  return lines;
}

function print(rows, measured) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const figure = (lines, missed) => percent(lines, missed).toFixed(1).padStart(5);
  for (const { name, lines, missed, missedByAll } of rows) {
    const figures = `${figure(lines, missed.length)} % ${figure(lines, missedByAll.length)} %`;
    const where = missed.length === lines ? 'never run' : ranges(missed);
    console.log(`${name.padEnd(width)}  ${figures}  of ${String(lines).padStart(3)}  ${where}`);
  }
  const lines = rows.reduce((sum, row) => sum + row.lines, 0);
  const tell = (key, some) => {
    const missed = rows.reduce((sum, row) => sum + row[key].length, 0);
    const total = percent(lines, missed);
    const who = `${some.join(', ')} tests`;
    console.log(`Lines of src run by ${who}: ${total.toFixed(2)} % (${lines - missed} of ${lines})`);
    return total;
  };
  tell('missedByAll', measured);
  const enforced = tell(
    'missed',
    enforcedKinds.filter((kind) => measured.includes(kind)),
  );
  if (enforced < LEAST_PERCENT) throw new Error(`Coverage is below ${LEAST_PERCENT} % of lines.`);
}

const percent = (lines, missed) => (lines === 0 ? 100 : (100 * (lines - missed)) / lines);

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
