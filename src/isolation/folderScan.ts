import { readdirSync, type Dirent } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { FolderProtection } from './containerSpec.ts';
import { isDependencyFolder, isGitName, type EntryPlace, type PathRules } from './pathRules.ts';

/** What of a folder a container may not write or read, and what was seen on the way. Paths are relative, with `/`. */
export interface FolderScan extends FolderProtection {
  /** Symbolic links with a protected or hidden name: a mount would lie over what they lead to, so none does. */
  readonly links: readonly string[];
  /** Folders that could not be looked into. */
  readonly unchecked: readonly string[];
  /** Protected and hidden paths that are no text, so that an engine cannot be told of them. */
  readonly unnameable: readonly string[];
  /** All folders in which a protected or hidden path could come up; `` is the folder itself. */
  readonly folders: readonly string[];
}

/** Milliseconds for which the search may keep everything else waiting. */
const sliceMs = 10;
/** A folder with more folders than this is no project, and the list of them would not fit. */
const mostFolders = 1_000_000;

/** How the inside of a folder is to be read. */
type Inside =
  | 'project'
  | 'dependencies'
  /** A git folder: `.git`, one of a submodule or of a worktree. */
  | 'git'
  /** Between `.git/modules` or `.git/worktrees` and the git folders in there. */
  | 'gitParts'
  /** Below something that is protected as a whole: only what is hidden matters. */
  | 'protected';

type Found = Record<'readOnly' | 'masked' | 'links' | 'unchecked' | 'unnameable', string[]>;

/**
 * Finds every protected and hidden path of a folder, symbolic links never followed. It reads names only, in short turns,
 * so that others get theirs.
 */
export async function scanFolder(root: string, rules: PathRules, signal?: AbortSignal): Promise<FolderScan> {
  const scan = new Scan(root, rules);
  let turnEndsAt = performance.now() + sliceMs;
  signal?.throwIfAborted();
  while (scan.step()) {
    if (performance.now() < turnEndsAt) continue;
    await nextTurn();
    signal?.throwIfAborted();
    turnEndsAt = performance.now() + sliceMs;
  }
  return scan.result();
}

/** The folders on the way to these paths, outermost first. */
export function foldersAbove(paths: readonly string[]): string[] {
  const above = new Set<string>();
  for (const path of paths)
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      above.add(path.slice(0, end));
  return [...above].sort();
}

class Scan {
  private readonly root: string;
  private readonly rules: PathRules;
  private readonly found: Found = {
    readOnly: [],
    masked: [],
    links: [],
    unchecked: [],
    unnameable: [],
  };
  private readonly folders: string[] = [];
  private readonly waiting: { readonly path: string; readonly inside: Inside }[] = [
    { path: '', inside: 'project' },
  ];

  constructor(root: string, rules: PathRules) {
    this.root = root;
    this.rules = rules;
  }

  /** Reads one folder; false when none is left. */
  step(): boolean {
    const next = this.waiting.pop();
    if (!next) return false;
    const { path, inside } = next;
    let entries: Dirent[];
    try {
      entries = readdirSync(path === '' ? this.root : `${this.root}/${path}`, { withFileTypes: true });
    } catch (error) {
      // What is gone meanwhile is nothing; what has a name that is no text looks the same, and must not be passed over.
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT' && !path.includes('\ufffd');
      if (path === '' || !isGone) this.found.unchecked.push(path);
      return true;
    }
    if (this.folders.push(path) > mostFolders) throw tooLarge();
    const isGit = inside === 'git' || (inside === 'gitParts' && entries.some(({ name }) => name === 'HEAD'));
    const isBare = inside === 'project' && looksBare(entries);
    const prefix = path === '' ? '' : `${path}/`;
    for (const entry of entries) {
      const { name } = entry;
      const isFolder = entry.isDirectory();
      if (isGit) this.takeOfGit(entry, { name, isFolder, path: prefix + name });
      else if (isBare || this.rules.mayMatter(name))
        this.take(entry, { name, isFolder, path: prefix + name }, inside, isBare);
      else if (isFolder) this.waiting.push({ path: prefix + name, inside: insideOf(name, inside, false) });
    }
    return true;
  }

  result(): FolderScan {
    for (const list of Object.values(this.found)) list.sort();
    return { ...this.found, pinned: foldersAbove(this.found.readOnly), folders: this.folders };
  }

  private take(entry: Dirent, place: EntryPlace, inside: Inside, isBare: boolean): void {
    if (this.rules.isHidden(place)) {
      this.keep(entry, place, this.found.masked);
      return;
    }
    const isProtected =
      inside !== 'protected' &&
      inside !== 'gitParts' &&
      (this.rules.isProtected(place, inside === 'dependencies') ||
        (isBare && this.rules.isProtectedInGit(place)));
    if (isProtected) this.keep(entry, place, this.found.readOnly);
    if (isGitName(place.name)) this.takeGit(entry, place, inside);
    else if (place.isFolder)
      this.waiting.push({ path: place.path, inside: insideOf(place.name, inside, isProtected) });
  }

  /** A `.git`: a folder is looked into; a file leads to the git folder and is protected itself. */
  private takeGit(entry: Dirent, place: EntryPlace, inside: Inside): void {
    if (place.isFolder) this.waiting.push({ path: place.path, inside: 'git' });
    else if (inside !== 'protected') this.keep(entry, place, this.found.readOnly);
  }

  private takeOfGit(entry: Dirent, place: EntryPlace): void {
    if (this.rules.isProtectedInGit(place)) this.keep(entry, place, this.found.readOnly);
    else if (place.isFolder) {
      const lower = place.name.toLowerCase();
      // Names in there are those of objects and branches, not of files.
      if (lower === 'objects' || lower === 'refs' || lower === 'logs') return;
      const isParts = lower === 'modules' || lower === 'worktrees';
      this.waiting.push({ path: place.path, inside: isParts ? 'gitParts' : 'protected' });
    } else if (this.rules.isHidden(place)) this.keep(entry, place, this.found.masked);
  }

  private keep(entry: Dirent, { path }: EntryPlace, list: string[]): void {
    if (entry.isSymbolicLink()) this.found.links.push(path);
    // An engine is told paths as text, and would pass over one that it cannot find.
    else if (path.includes('\ufffd')) this.found.unnameable.push(path);
    else list.push(path);
  }
}

function insideOf(name: string, outside: Inside, isProtected: boolean): Inside {
  if (isProtected || outside === 'protected') return 'protected';
  return outside === 'project' && isDependencyFolder(name) ? 'dependencies' : outside;
}

/** A repository without a working tree: git takes its settings as it takes those of a `.git`. */
function looksBare(entries: readonly Dirent[]): boolean {
  let parts = 0;
  for (const { name } of entries) if (name === 'HEAD' || name === 'objects' || name === 'refs') parts++;
  return parts === 3;
}

function tooLarge(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('The folder holds more than {0} folders. Open a smaller one.', mostFolders.toLocaleString('en')),
  );
}
