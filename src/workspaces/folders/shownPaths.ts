import * as l10n from '@vscode/l10n';

/** Some paths in a sentence, each in quotes and on one line. */
export function shownPaths(paths: readonly string[]): string {
  const some = paths
    .slice(0, 5)
    .map((path) => JSON.stringify(path.length > 120 ? `…${path.slice(-120)}` : path))
    .join(', ');
  return paths.length > 5 ? l10n.t('{0} and {1} more', some, paths.length - 5) : some;
}
