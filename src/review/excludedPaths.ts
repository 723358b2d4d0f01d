import ignore, { type Ignore } from 'ignore';

/** What a review leaves out, by gitignore patterns of which the last one that fits decides. */
export class ExcludedPaths {
  private readonly list: Ignore;

  constructor(patterns: readonly string[]) {
    this.list = ignore().add([...patterns]);
  }

  /** Relative to the folder, with `/` between names. What is in an excluded folder is not asked about. */
  has(path: string, isFolder: boolean): boolean {
    return this.list.ignores(isFolder ? `${path}/` : path);
  }
}
