import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import { literally } from '../../shared/literally.ts';

/**
 * The text with every path of the folder as it is in the container, for arguments in which VS Code has put the paths of
 * this machine, for example for `${file}`.
 */
export function pathsInside(text: string, folder: string): string {
  const isWindows = /^([A-Za-z]:)?\\|^[A-Za-z]:/.test(folder);
  const root = folder.replace(/[/\\]+$/, '');
  if (root === '') return text;
  // On Windows letters of either case, and slashes of either kind, are the same path.
  const source = isWindows
    ? root
        .split(/[/\\]+/)
        .map(literally)
        .join(String.raw`[/\\]+`)
    : literally(root);
  const pattern = new RegExp(
    String.raw`(?<![\w.~-])${source}(?![^/\\:;,='"\s()[\]])([^:;,='"]*)`,
    isWindows ? 'giu' : 'gu',
  );
  return text.replace(pattern, (_found, rest: string) => {
    return `${workspaceFolder}${isWindows ? rest.replaceAll('\\', '/') : rest}`;
  });
}
