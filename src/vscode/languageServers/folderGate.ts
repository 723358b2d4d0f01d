import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import * as path from 'node:path';
import { isDependencyFolder, isGitName, type PathRules } from '../../isolation/pathRules.ts';
import type { FolderAccess } from '../../languageServers/gateOptions.ts';

/** VS Code gives no larger documents to extensions. */
const largestText = 50 * 1024 * 1024;

/**
 * What servers in a container may see and change of a folder on this machine: nothing that is protected or hidden,
 * nothing of git's own, and nothing outside, wherever symbolic links lead. Protected files are not even shown to
 * them, for what a server proposes for a document that is open goes into it with a key.
 */
export class FolderGate implements FolderAccess {
  private readonly root: string;
  private readonly rules: PathRules;

  /** `root` is the folder with its symbolic links resolved. */
  constructor(root: string, rules: PathRules) {
    this.root = root;
    this.rules = rules;
  }

  isShared(relative: string): boolean {
    const names = relative.split('/');
    return names.every((name, index) => {
      const place = { name, path: names.slice(0, index + 1).join('/') };
      const inDependencies = names.slice(0, index).some(isDependencyFolder);
      const isLast = index === names.length - 1;
      // What is not there yet can become either.
      const kinds = isLast ? [false, true] : [true];
      return !kinds.some((isFolder) => this.isClosed({ ...place, isFolder }, inDependencies));
    });
  }

  isReadable(relative: string): boolean {
    if (!this.isShared(relative)) return false;
    try {
      return this.realFile(relative) !== undefined;
    } catch (error) {
      // A document can be new, or its file gone.
      return (error as NodeJS.ErrnoException).code === 'ENOENT' && this.hasNoLinks(relative);
    }
  }

  holds(relative: string, text: string): boolean {
    let descriptor: number | undefined;
    try {
      const file = this.realFile(relative);
      if (file === undefined) return false;
      descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      const stats = fstatSync(descriptor);
      if (!stats.isFile() || stats.size > largestText) return false;
      // A folder on the way may have become a link since.
      if (process.platform === 'linux' && readlinkSync(`/proc/self/fd/${descriptor}`) !== file) return false;
      return comparable(readFileSync(descriptor, 'utf8')) === comparable(text);
    } catch {
      return false;
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  mayChange(relative: string): boolean {
    if (relative === '' || !this.isShared(relative) || this.isOfBareGit(relative)) return false;
    if (!this.hasNoLinks(relative)) return false;
    const stats = lstatSync(path.join(this.root, relative), { throwIfNoEntry: false });
    return stats?.isFile() === true;
  }

  /** Where a path leads; `undefined` where that is outside of the folder or closed. Throws where there is nothing. */
  private realFile(relative: string): string | undefined {
    const file = realpathSync.native(path.join(this.root, relative));
    const resolved = path.relative(this.root, file);
    const isOutside = resolved === '..' || resolved.startsWith(`..${path.sep}`) || path.isAbsolute(resolved);
    return !isOutside && this.isShared(resolved.split(path.sep).join('/')) ? file : undefined;
  }

  private isClosed(
    entry: { name: string; path: string; isFolder: boolean },
    inDependencies: boolean,
  ): boolean {
    return (
      isGitName(entry.name) || this.rules.isHidden(entry) || this.rules.isProtected(entry, inDependencies)
    );
  }

  /** Settings and hooks of a bare repository stand beside its other files. */
  private isOfBareGit(relative: string): boolean {
    const names = relative.split('/');
    return names.some((name, index) => {
      if (!this.rules.isProtectedInGit({ name, path: names.slice(0, index + 1).join('/'), isFolder: false }))
        return false;
      const parent = path.join(this.root, ...names.slice(0, index));
      return existsSync(path.join(parent, 'HEAD')) && existsSync(path.join(parent, 'objects'));
    });
  }

  /** Whether the way to a path is of real folders only, as far as there is one. */
  private hasNoLinks(relative: string): boolean {
    let way = this.root;
    try {
      for (const name of relative.split('/')) {
        way = path.join(way, name);
        const stats = lstatSync(way, { throwIfNoEntry: false });
        if (!stats) return true;
        if (stats.isSymbolicLink()) return false;
      }
      return true;
    } catch {
      return false;
    }
  }
}

/** As a document has it: without a mark at the beginning, and with one kind of end of line. */
function comparable(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll(/\r\n?/g, '\n');
}
