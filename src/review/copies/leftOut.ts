import { PathRules, type PathPatterns } from '../../isolation/pathRules.ts';
import { ExcludedPaths } from '../excludedPaths.ts';

/** Whether something is not to be copied, with all that is in it. */
export type LeftOut = (path: string, isFolder: boolean) => boolean;

/** Names in there are those of objects and branches, not of files. */
const gitNames = /(?:^|\/)\.git\/(?:[^/]+\/)*(?:objects|refs|logs)\//i;

/**
 * What of a folder is not copied: what a search has found to be hidden (paths of the folder), what the rules hide that came
 * up since, and what the person excludes.
 */
export function leftOutOf(
  hidden: readonly string[],
  {
    patterns,
    excludePatterns,
  }: { readonly patterns: PathPatterns; readonly excludePatterns: readonly string[] },
): LeftOut {
  const found = new Set(hidden);
  const rules = new PathRules(patterns);
  const excluded = new ExcludedPaths(excludePatterns);
  return (path, isFolder) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (found.has(path) || excluded.has(path, isFolder)) return true;
    return rules.isHidden({ path, name, isFolder }) && !gitNames.test(path);
  };
}
