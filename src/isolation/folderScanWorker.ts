import { parentPort, workerData } from 'node:worker_threads';
import { hasCode } from '../shared/errors.ts';
import type { FolderFinds, FolderPlace } from './folderListing.ts';
import { readFinds, walkFolders } from './folderScan.ts';
import { PathRules, type PathPatterns } from './pathRules.ts';

/** What a thread is to search. */
export interface ScanShare {
  readonly root: string;
  readonly patterns: PathPatterns;
  readonly folders: readonly FolderPlace[];
}

/** What it found. */
export type ScanAnswer = readonly FolderFinds[] | 'too large';

const { root, patterns, folders } = workerData as ScanShare;
parentPort?.postMessage(await search());

async function search(): Promise<ScanAnswer> {
  const finds: FolderFinds[] = [];
  try {
    await walkFolders(folders, undefined, readFinds(root, new PathRules(patterns), finds));
    return finds;
  } catch (error) {
    // an error of ours would not get across as what it is
    if (hasCode(error, 'invalidRequest')) return 'too large';
    throw error;
  }
}
