import { lstatSync, readdirSync, readlinkSync, type Dirent } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import type { FolderPlace } from '../../isolation/folderListing.ts';
import { walkFolders } from '../../isolation/folderScan.ts';

const mostExamples = 5;

interface Counted {
  readonly count: number;
  /** Relative to the folder. */
  readonly examples: readonly string[];
}

/** The files of a folder through which writing or reading may reach something else. */
export interface LinkScan {
  /** Files with a second name, often in a package store outside: who writes to one writes to the other. */
  readonly hardLinked: Counted;
  /** Symbolic links that lead out of the folder. */
  readonly outward: Counted;
}

/** Looks at every file of a folder. It takes longer than reading names, and gives others their turn. */
export async function scanLinks(root: string, signal?: AbortSignal): Promise<LinkScan> {
  const hardLinked: string[] = [];
  const outward: string[] = [];
  await walkFolders([{ path: '', inside: 'project' }], signal, ({ path }) => {
    const folders: FolderPlace[] = [];
    for (const entry of entriesOf(path === '' ? root : `${root}/${path}`)) {
      const place = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) folders.push({ path: place, inside: 'project' });
      else if (entry.isSymbolicLink() && leadsOut(root, place)) outward.push(place);
      else if (entry.isFile()) {
        const stats = lstatSync(`${root}/${place}`, { throwIfNoEntry: false });
        if (stats && stats.nlink > 1) hardLinked.push(place);
      }
    }
    return folders;
  });
  return { hardLinked: counted(hardLinked), outward: counted(outward) };
}

function counted(paths: readonly string[]): Counted {
  return { count: paths.length, examples: [...paths].sort().slice(0, mostExamples) };
}

function leadsOut(root: string, path: string): boolean {
  const full = `${root}/${path}`;
  try {
    const target = resolve(dirname(full), readlinkSync(full));
    return target !== root && !target.startsWith(root + sep);
  } catch {
    return false;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
