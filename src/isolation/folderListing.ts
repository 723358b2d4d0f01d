import { readdirSync, type Dirent } from 'node:fs';
import { isDependencyFolder, isGitName, type EntryPlace, type PathRules } from './pathRules.ts';

/** How the inside of a folder is to be read. */
export type Inside =
  | 'project'
  | 'dependencies'
  /** A git folder: `.git`, one of a submodule or of a worktree. */
  | 'git'
  /** Between `.git/modules` or `.git/worktrees` and the git folders in there. */
  | 'gitParts'
  /** Below something that is protected as a whole: only what is hidden matters. */
  | 'protected';

/** A folder to be read. */
export interface FolderPlace {
  /** Relative to the folder that is searched, with `/` between names; empty for that folder itself. */
  readonly path: string;
  readonly inside: Inside;
}

/** What the rules are about in one folder. Paths are relative to the folder that is searched. */
export interface FolderFinds {
  /** Protected: may not be written. */
  readonly readOnly: readonly string[];
  /** Hidden: may not be read. */
  readonly masked: readonly string[];
  /** Symbolic links with a protected or hidden name: a mount would lie over what they lead to, so none does. */
  readonly links: readonly string[];
  /** Those of them whose names are protected. */
  readonly protectedLinks: readonly string[];
  /** Folders that could not be looked into. */
  readonly unchecked: readonly string[];
  /** Protected and hidden paths that are no text, so that an engine cannot be told of them. */
  readonly unnameable: readonly string[];
}

export interface FolderListing extends FolderFinds {
  readonly folders: readonly FolderPlace[];
}

/** Reads the names in one folder; symbolic links are not followed. `undefined` when there is no such folder any more. */
export function listFolder(root: string, place: FolderPlace, rules: PathRules): FolderListing | undefined {
  const { path, inside } = place;
  const listing = new Listing(rules);
  let entries: Dirent[];
  try {
    entries = readdirSync(path === '' ? root : `${root}/${path}`, { withFileTypes: true });
  } catch (error) {
    // What has a name that is no text looks as if it were gone, and must not be passed over.
    const code = (error as NodeJS.ErrnoException).code;
    if (path !== '' && !path.includes('\ufffd') && (code === 'ENOENT' || code === 'ENOTDIR'))
      return undefined;
    listing.unchecked.push(path);
    return listing;
  }
  const isGit = inside === 'git' || (inside === 'gitParts' && entries.some(({ name }) => name === 'HEAD'));
  const isBare = inside === 'project' && looksBare(entries);
  const prefix = path === '' ? '' : `${path}/`;
  for (const entry of entries) {
    const { name } = entry;
    const isFolder = entry.isDirectory();
    if (isGit) listing.takeOfGit(entry, { name, isFolder, path: prefix + name });
    else if (isBare || rules.mayMatter(name))
      listing.take(entry, { name, isFolder, path: prefix + name }, inside, isBare);
    else if (isFolder) listing.folders.push({ path: prefix + name, inside: insideOf(name, inside, false) });
  }
  return listing;
}

class Listing implements FolderListing {
  readonly readOnly: string[] = [];
  readonly masked: string[] = [];
  readonly links: string[] = [];
  readonly protectedLinks: string[] = [];
  readonly unchecked: string[] = [];
  readonly unnameable: string[] = [];
  readonly folders: FolderPlace[] = [];
  private readonly rules: PathRules;

  constructor(rules: PathRules) {
    this.rules = rules;
  }

  take(entry: Dirent, place: EntryPlace, inside: Inside, isBare: boolean): void {
    if (this.rules.isHidden(place)) {
      this.keep(entry, place, this.masked);
      return;
    }
    const isProtected =
      inside !== 'protected' &&
      inside !== 'gitParts' &&
      (this.rules.isProtected(place, inside === 'dependencies') ||
        (isBare && this.rules.isProtectedInGit(place)));
    if (isProtected) this.keep(entry, place, this.readOnly);
    if (isGitName(place.name)) this.takeGit(entry, place, inside);
    else if (place.isFolder)
      this.folders.push({ path: place.path, inside: insideOf(place.name, inside, isProtected) });
  }

  takeOfGit(entry: Dirent, place: EntryPlace): void {
    if (this.rules.isProtectedInGit(place)) this.keep(entry, place, this.readOnly);
    else if (place.isFolder) {
      const lower = place.name.toLowerCase();
      // Names in there are those of objects and branches, not of files.
      if (lower === 'objects' || lower === 'refs' || lower === 'logs') return;
      const isParts = lower === 'modules' || lower === 'worktrees';
      this.folders.push({ path: place.path, inside: isParts ? 'gitParts' : 'protected' });
    } else if (this.rules.isHidden(place)) this.keep(entry, place, this.masked);
  }

  /** A `.git`: a folder is looked into; a file leads to the git folder and is protected itself. */
  private takeGit(entry: Dirent, place: EntryPlace, inside: Inside): void {
    if (place.isFolder) this.folders.push({ path: place.path, inside: 'git' });
    else if (inside !== 'protected') this.keep(entry, place, this.readOnly);
  }

  private keep(entry: Dirent, { path }: EntryPlace, list: string[]): void {
    if (entry.isSymbolicLink()) {
      this.links.push(path);
      if (list === this.readOnly) this.protectedLinks.push(path);
    }
    // An engine is told paths as text, and would pass over one that it cannot find.
    else if (path.includes('\ufffd')) this.unnameable.push(path);
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
