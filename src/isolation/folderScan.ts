import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { ShortTurns } from '../shared/shortTurns.ts';
import type { FolderProtection } from './containerSpec.ts';
import { listFolder, type FolderFinds, type FolderPlace } from './folderListing.ts';
import type { ScanAnswer, ScanShare } from './folderScanWorker.ts';
import type { PathRules } from './pathRules.ts';

/** What of a folder a container may not write or read, and what was seen on the way. Paths are relative, with `/`. */
export interface FolderScan extends FolderFinds, FolderProtection {
  readonly readOnly: readonly string[];
  readonly masked: readonly string[];
}

/** Finds what of a folder the rules are about; rejects with the signal's reason when that aborts. */
export type FolderSearch = (root: string, rules: PathRules, signal?: AbortSignal) => Promise<FolderScan>;

/** A folder with more folders than this is no project, and the list of them would not fit. */
const mostFolders = 1_000_000;
/** Reading so many folders takes about as long as starting a thread does. */
const aloneFolders = 1000;
/** The disk gives no more to more of them. */
const mostThreads = 4;

/**
 * Finds every protected and hidden path of a folder, symbolic links never followed. It reads names only, in short turns,
 * so that others get theirs; what a large folder still holds after a while is shared among threads, which run `worker`.
 */
export function folderSearch(worker: URL): FolderSearch {
  return async (root, rules, signal) => {
    const finds: FolderFinds[] = [];
    const start: FolderPlace = { path: '', inside: 'project' };
    const read = readFinds(root, rules, finds);
    const [own = [], ...others] = shares(await walkFolders([start], signal, read, aloneFolders));
    const found = Promise.all(
      others.map((folders) => inThread(worker, { root, patterns: rules.patterns, folders }, signal)),
    );
    found.catch(() => undefined);
    await walkFolders(own, signal, read);
    return collect([...finds, ...(await found).flat()]);
  };
}

/** Reads folders for a walk, and keeps what the rules are about. */
export function readFinds(root: string, rules: PathRules, finds: FolderFinds[]) {
  return (place: FolderPlace): readonly FolderPlace[] => {
    const listing = listFolder(root, place, rules);
    if (listing && hasFinds(listing)) {
      const { readOnly, masked, links, protectedLinks, unchecked, unnameable } = listing;
      finds.push({ readOnly, masked, links, protectedLinks, unchecked, unnameable });
    }
    return listing?.folders ?? [];
  };
}

/**
 * Goes through folders and those below them, as `read` gives them, in turns short enough for others to get theirs.
 * Gives those that are left when `most` of them were read.
 */
export async function walkFolders(
  start: readonly FolderPlace[],
  signal: AbortSignal | undefined,
  read: (place: FolderPlace) => readonly FolderPlace[],
  most = Infinity,
): Promise<readonly FolderPlace[]> {
  const waiting = [...start];
  let count = 0;
  signal?.throwIfAborted();
  const turns = new ShortTurns();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (++count > mostFolders) throw tooLarge();
    for (const folder of read(next)) waiting.push(folder);
    if (count >= most) return waiting;
    await turns.pause();
    signal?.throwIfAborted();
  }
  return [];
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
    ...{
      links: all('links'),
      protectedLinks: all('protectedLinks'),
      unchecked: all('unchecked'),
      unnameable: all('unnameable'),
    },
  };
}

/** The folders on the way to these paths, outermost first. */
export function foldersAbove(paths: readonly string[]): string[] {
  const above = new Set<string>();
  for (const path of paths)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      // what is above it is known, too: paths can be very many and very deep
      if (above.has(folder)) break;
      above.add(folder);
    }
  return [...above].sort();
}

/** Neighbours go to different threads: they tend to be of one size. */
function shares(folders: readonly FolderPlace[]): FolderPlace[][] {
  const count = Math.min(mostThreads, availableParallelism(), folders.length);
  return Array.from({ length: count }, (_, share) => folders.filter((__, index) => index % count === share));
}

async function inThread(
  worker: URL,
  share: ScanShare,
  signal: AbortSignal | undefined,
): Promise<readonly FolderFinds[]> {
  const thread = new Worker(worker, { workerData: share });
  const end = () => void thread.terminate();
  signal?.addEventListener('abort', end, { once: true });
  try {
    const answer = await new Promise<ScanAnswer>((resolve, reject) => {
      thread.once('message', resolve);
      thread.once('error', reject);
      thread.once('exit', () => {
        reject((signal?.reason as Error | undefined) ?? new Error('the search ended without an answer'));
      });
    });
    if (answer === 'too large') throw tooLarge();
    return answer;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

function tooLarge(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t('The folder holds more than {0} folders. Open a smaller one.', mostFolders.toLocaleString('en')),
  );
}
