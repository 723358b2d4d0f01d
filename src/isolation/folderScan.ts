import { setImmediate as nextTurn } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { FolderProtection } from './containerSpec.ts';
import { listFolder, type FolderFinds, type FolderPlace } from './folderListing.ts';
import type { PathRules } from './pathRules.ts';

/** What of a folder a container may not write or read, and what was seen on the way. Paths are relative, with `/`. */
export interface FolderScan extends FolderFinds, FolderProtection {
  readonly readOnly: readonly string[];
  readonly masked: readonly string[];
}

/** Milliseconds for which the search may keep everything else waiting. */
const sliceMs = 10;
/** A folder with more folders than this is no project, and the list of them would not fit. */
const mostFolders = 1_000_000;

/**
 * Finds every protected and hidden path of a folder, symbolic links never followed. It reads names only, in short turns,
 * so that others get theirs.
 */
export async function scanFolder(root: string, rules: PathRules, signal?: AbortSignal): Promise<FolderScan> {
  const finds: FolderFinds[] = [];
  await walkFolders({ path: '', inside: 'project' }, signal, (place) => {
    const listing = listFolder(root, place, rules);
    if (listing && hasFinds(listing)) finds.push(listing);
    return listing?.folders ?? [];
  });
  return collect(finds);
}

/** Goes through a folder and those below it, as `read` gives them, in turns short enough for others to get theirs. */
export async function walkFolders(
  start: FolderPlace,
  signal: AbortSignal | undefined,
  read: (place: FolderPlace) => readonly FolderPlace[],
): Promise<void> {
  const waiting = [start];
  let count = 0;
  signal?.throwIfAborted();
  let turnEndsAt = performance.now() + sliceMs;
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (++count > mostFolders) throw tooLarge();
    for (const folder of read(next)) waiting.push(folder);
    if (performance.now() < turnEndsAt) continue;
    await nextTurn();
    signal?.throwIfAborted();
    turnEndsAt = performance.now() + sliceMs;
  }
}

/** Whether there is anything in it that the rules are about. */
export function hasFinds({ readOnly, masked, links, unchecked, unnameable }: FolderFinds): boolean {
  return readOnly.length + masked.length + links.length + unchecked.length + unnameable.length > 0;
}

/** All that was found, in one order whatever the disk's is. */
export function collect(finds: readonly FolderFinds[]): FolderScan {
  const all = (key: keyof FolderFinds) => finds.flatMap((each) => each[key]).sort();
  const readOnly = all('readOnly');
  return {
    ...{ readOnly, masked: all('masked'), pinned: foldersAbove(readOnly) },
    ...{ links: all('links'), unchecked: all('unchecked'), unnameable: all('unnameable') },
  };
}

/** The folders on the way to these paths, outermost first. */
export function foldersAbove(paths: readonly string[]): string[] {
  const above = new Set<string>();
  for (const path of paths)
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1))
      above.add(path.slice(0, end));
  return [...above].sort();
}

function tooLarge(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('The folder holds more than {0} folders. Open a smaller one.', mostFolders.toLocaleString('en')),
  );
}
