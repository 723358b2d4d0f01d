import { posix } from 'node:path';
import { workspaceFolder } from '../../isolation/imageVolumes.ts';

/** A place in a file that a line of output names. */
export interface NamedFile {
  /** Where in the line it stands. */
  readonly index: number;
  readonly length: number;
  /** Relative to the folder of the workspace. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

const longestLine = 2000;
const mostNames = 20;

/** `path`, `path:12`, `path:12:3` or `path(12,3)`; what does not begin at the folder needs a line to be taken for a file. */
const pattern =
  /(?:file:\/\/)?([^\s:;,'"`()[\]{}<>|\\]+)(?::(\d{1,7})(?::(\d{1,7}))?|\((\d{1,7})(?:,(\d{1,7}))?\))?/gu;

/** The files of a workspace's folder that a line of output may name, seen from the folder in which a program runs. */
export function filesInLine(line: string, cwd: string): NamedFile[] {
  if (line.length > longestLine) return [];
  const found: NamedFile[] = [];
  for (const match of line.matchAll(pattern)) {
    const [whole, name = ''] = match;
    const row = match[2] ?? match[4];
    if (!name.startsWith(`${workspaceFolder}/`) && (row === undefined || name.startsWith('/'))) continue;
    // a path at the end of a sentence
    const trimmed = row === undefined ? name.replace(/[.?!]+$/, '') : name;
    const full = posix.resolve(cwd, trimmed);
    if (!full.startsWith(`${workspaceFolder}/`)) continue;
    const column = match[3] ?? match[5];
    found.push({
      index: match.index,
      length: whole.length - (name.length - trimmed.length),
      path: full.slice(workspaceFolder.length + 1),
      line: row === undefined ? undefined : Number(row),
      column: column === undefined ? undefined : Number(column),
    });
    if (found.length === mostNames) break;
  }
  return found;
}
