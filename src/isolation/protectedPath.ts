import { isDependencyFolder, isGitName, type PathRules } from './pathRules.ts';

/**
 * Whether what is at a path, or something above it, is protected. By names alone, as for a path that does not exist yet:
 * what lies in a git folder is judged as git's own at any depth.
 */
export function isProtectedPath(
  { path, isFolder }: { readonly path: string; readonly isFolder: boolean },
  rules: PathRules,
): boolean {
  const names = path.split('/');
  let inGit = false;
  let inDependencies = false;
  for (const [index, name] of names.entries()) {
    const place = {
      path: names.slice(0, index + 1).join('/'),
      name,
      isFolder: isFolder || index < names.length - 1,
    };
    if (rules.isProtected(place, inDependencies) || (inGit && rules.isProtectedInGit(place))) return true;
    // A `.git` that is no folder leads git to another one.
    if (isGitName(name) && !place.isFolder) return true;
    inGit ||= isGitName(name);
    inDependencies ||= isDependencyFolder(name);
  }
  return false;
}
