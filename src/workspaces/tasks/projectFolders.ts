import { constants, type Dir } from 'node:fs';
import { open, opendir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { isPlainName, type ProjectFolder } from './projectTask.ts';

// A folder may hold anything: what is read of it is bounded in number, depth and size, and no symbolic link is followed.
const deepest = 2;
const mostFolders = 100;
const mostEntries = 2000;
const mostFileBytes = 1024 * 1024;

const passedOver = new Set([
  'node_modules',
  'vendor',
  'target',
  'dist',
  'build',
  'out',
  'venv',
  '__pycache__',
]);

/** The opened folder and the folders of projects that it may hold, two levels deep. */
export async function* projectFolders(root: string): AsyncGenerator<ProjectFolder> {
  const waiting: string[] = [''];
  for (let count = 0; count < mostFolders; count++) {
    const next = waiting.shift();
    if (next === undefined) return;
    const found = await entriesOf(root, next);
    if (!found) continue;
    const files = new Set(found.files);
    yield { path: next, files, read: (name) => readText(root, next === '' ? name : `${next}/${name}`) };
    if (next.split('/').filter(Boolean).length < deepest)
      waiting.push(...found.folders.sort().map((name) => (next === '' ? name : `${next}/${name}`)));
  }
}

async function entriesOf(root: string, folder: string) {
  const full = path.join(root, folder);
  let entries: Dir;
  try {
    if (!(await isInside(root, full))) return undefined;
    entries = await opendir(full);
  } catch {
    return undefined;
  }
  const files: string[] = [];
  const folders: string[] = [];
  let left = mostEntries;
  try {
    for await (const entry of entries) {
      if (left-- === 0) break;
      if (entry.isFile()) files.push(entry.name);
      else if (entry.isDirectory() && isProjectName(entry.name)) folders.push(entry.name);
    }
  } catch {
    // What was read until then is offered.
  }
  return { files, folders };
}

function isProjectName(name: string): boolean {
  return !name.startsWith('.') && !passedOver.has(name) && isPlainName(name);
}

async function readText(root: string, file: string): Promise<string | undefined> {
  const full = path.join(root, file);
  try {
    if (!(await isInside(root, path.dirname(full)))) return undefined;
    // A link is refused, and a pipe that took the place of a file does not hold up the reader. Windows knows neither.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    const handle = await open(full, flags);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > mostFileBytes) return undefined;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(mostFileBytes), 0, mostFileBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Whether no symbolic link leads from the opened folder, which may be one itself, to another place. */
async function isInside(root: string, folder: string): Promise<boolean> {
  const [from, to] = await Promise.all([realpath(root), realpath(folder)]);
  return path.join(from, path.relative(root, folder)) === to;
}
