import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import { OpenFolder, withFolder } from '../openFolder.ts';

/**
 * Rejects with `engineUnsupported` where this machine does not lead back to these folders while they are held open, which
 * all that is done in them relies on. It is tried: not every disk of macOS knows its folders by number.
 */
export async function requireHeldFolders(paths: readonly string[]): Promise<void> {
  for (const path of paths) await withFolder(OpenFolder.at(path), (folder) => requireHeld(folder, path));
}

/** The same for one that is open. */
export async function requireHeld(folder: Pick<OpenFolder, 'look' | 'stats'>, path: string): Promise<void> {
  const found = await folder.look(Buffer.from('.')).catch(() => undefined);
  if (found?.dev !== folder.stats.dev || found.ino !== folder.stats.ino) throw notHeld(path);
}

function notHeld(path: string): CordonError {
  return new CordonError(
    'engineUnsupported',
    l10n.t(
      'The mount mode "review" needs a disk on which an open folder can be found by its number, and {0} is not on one. Choose another disk, or another mount mode.',
      JSON.stringify(path.slice(0, 200)),
    ),
  );
}
