import { chmod, rm, symlink } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { typeOf, type Change } from './change.ts';
import { whileOpened } from './closedFolders.ts';
import { copyFile } from './copyFile.ts';
import { removeEntry } from './copies/mirrorFolders.ts';
import { isDenied, leadsNowhere } from './fileErrors.ts';
import { withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import { isClosed, makeFolder } from './putEntry.ts';
import { linkTarget, Replaced, withFile } from './sameContent.ts';

/**
 * Takes changes out of a view that is not mounted, so that it shows the folder again there. Rejects with `invalidRequest`
 * for what went with a folder around it that is to stay removed, and for what this process may not remove, and with
 * `conflict` where somebody just changes in the folder what is brought back.
 */
export async function discardChanges(
  changes: readonly Change[],
  { upper, lower }: { readonly upper: OpenFolder; readonly lower: OpenFolder },
): Promise<void> {
  const all = new Set(changes.map(({ path }) => path));
  const closed: ClosedFolder[] = [];
  // A folder that goes takes what is in it with it.
  try {
    for (const change of changes.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
      if (change.kind === 'deleted') await bringBack(change, all, { upper, lower, closed });
      else await takeOut(change, upper, lower);
  } finally {
    for (const { path, mode } of closed.toReversed())
      await inPlace(upper, path, (folder, name) => chmod(folder.entry(name), mode));
  }
}

/** A folder that is closed once all that is to be in it is there. */
interface ClosedFolder {
  readonly path: string;
  readonly mode: number;
}

/** Where something is brought back, and from where. */
interface Sides {
  readonly upper: OpenFolder;
  readonly lower: OpenFolder;
  readonly closed: ClosedFolder[];
}

async function takeOut(
  { path, type, lower: had }: Change,
  upper: OpenFolder,
  lower: OpenFolder,
): Promise<void> {
  const isModeOnly = type === 'folder' && had?.type === 'folder';
  await inPlace(upper, path, async (folder, name) => {
    if (!(await folder.look(name))) return;
    if (!isModeOnly) await whileOpened(folder, () => removeEntry(folder, name));
    else
      await inPlace(lower, path, async (parent, same) => {
        const stats = await parent.look(same);
        if (stats?.isDirectory()) await chmod(folder.entry(name), Number(stats.mode & 0o777n));
      });
  });
}

async function bringBack({ path }: Change, all: ReadonlySet<string>, sides: Sides): Promise<void> {
  const { upper } = sides;
  const cover = await coverOf(path, upper);
  if (cover === path)
    await inPlace(upper, path, (folder, name) =>
      whileOpened(folder, () => rm(folder.entry(name), { force: true })),
    );
  else if (cover === undefined) await copyUp(path, sides);
  else if (!all.has(cover)) throw goneWith(path, cover);
}

/** What of the upper layer hides a path of the lower one: the path itself, or something on the way that is no folder. */
async function coverOf(path: string, upper: OpenFolder): Promise<string | undefined> {
  const names = path.split('/');
  for (const [index] of names.entries()) {
    const way = names.slice(0, index + 1).join('/');
    const stats = await inPlace(upper, way, (folder, name) => folder.look(name));
    if (!stats) return undefined;
    if (upper.isWhiteout(stats) || typeOf(stats) !== 'folder') return way;
  }
  return undefined;
}

/** The folder around it was removed and made anew, and hides everything: what the folder has is put in its place. */
async function copyUp(path: string, { upper, lower, closed }: Sides): Promise<void> {
  await inPlace(lower, path, async (from, name) => {
    const stats = await from.look(name);
    await inPlace(upper, path, async (to, same) => {
      if (!stats || (await to.look(same))) return;
      await whileOpened(to, async () => {
        if (stats.isDirectory()) {
          const mode = Number(stats.mode & 0o777n);
          await makeFolder(to, same, mode | 0o700);
          if (isClosed(mode)) closed.push({ path, mode });
        } else if (stats.isSymbolicLink())
          await symlink(await linkTarget({ folder: from, name }), to.entry(same));
        else if (stats.isFile()) {
          const traits = { mode: Number(stats.mode), owner: stats };
          await withFile({ folder: from, name, stats }, (file) =>
            copyFile({ from: file, stats }, to.entry(same), traits),
          );
        }
      });
    });
  });
}

/** Gives `undefined` where there is no folder around it any more. */
async function inPlace<T>(
  root: OpenFolder,
  path: string,
  work: (folder: OpenFolder, name: Buffer) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withParent(root, namesOf(path), work);
  } catch (error) {
    if (leadsNowhere(error)) return undefined;
    if (isDenied(error)) throw notOurs(path, error);
    if (error instanceof Replaced) throw justChanged(path, error);
    throw error;
  }
}

function goneWith(path: string, cover: string): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      '{0} went with {1}. Discard that one, and all that was in it comes back.',
      JSON.stringify(path.slice(0, 200)),
      JSON.stringify(cover.slice(0, 200)),
    ),
  );
}

function notOurs(path: string, cause: unknown): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      'What the workspace has at {0} belongs to another user. Discard all changes, which removes it, too.',
      JSON.stringify(path.slice(0, 200)),
    ),
    cause,
  );
}

function justChanged(path: string, cause: unknown): CordonError {
  return new CordonError(
    'conflict',
    l10n.t(
      'What the folder has at {0} is just being changed, so it was not brought back. Try again.',
      JSON.stringify(path.slice(0, 200)),
    ),
    cause,
  );
}
