import { lstat } from 'node:fs/promises';
import * as l10n from '@vscode/l10n';
import type { ContainerSpec, FolderProtection } from '../isolation/containerSpec.ts';
import type { FolderScan, FolderSearch } from '../isolation/folderScan.ts';
import { workspaceFolder } from '../isolation/imageVolumes.ts';
import type { ContainerFacts } from '../isolation/isolationReport.ts';
import { PathRules, type PathPatterns } from '../isolation/pathRules.ts';
import type { FolderWatches } from './folders/folderWatches.ts';
import type { MountMode } from '../isolation/profile.ts';
import { CordonError } from '../shared/errors.ts';

/**
 * Each path costs the engine a mount, about 0.1 ms at every start (2,000 of each kind with 500 folders pinned were tried
 * on Engine 20.10), and the isolation check a line to read.
 */
const mostPaths = 2000;
/** Of a folder from which nothing is kept. */
export const noProtection: FolderProtection = { readOnly: [], masked: [], pinned: [] };

/** What of a folder a container may not write or read, as the folder is now. */
export class FolderProtections {
  private readonly search: FolderSearch;
  private readonly patterns: () => PathPatterns;
  private readonly watches: Pick<FolderWatches, 'of'>;

  constructor(search: FolderSearch, patterns: () => PathPatterns, watches: Pick<FolderWatches, 'of'>) {
    this.search = search;
    this.patterns = patterns;
    this.watches = watches;
  }

  async scan(folder: string, signal?: AbortSignal): Promise<FolderScan> {
    const watch = this.watches.of(folder);
    if (watch?.isCached) return await watch.current();
    return await this.search(folder, new PathRules(this.patterns()), signal);
  }
}

/** What a container with this mount is given. Throws `invalidRequest` when that is more than engines can be asked for. */
export function protectionFor(scan: FolderScan, mount: MountMode): FolderProtection {
  const [unnameable] = scan.unnameable;
  if (unnameable !== undefined)
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The name of the protected or hidden path {0} is not valid text, so that no container can be kept from it. Rename it.',
        JSON.stringify(unnameable),
      ),
    );
  const protection: FolderProtection =
    // A folder that cannot be written needs nothing against writing.
    mount === 'live' ? pick(scan) : { ...noProtection, masked: scan.masked };
  const count = protection.readOnly.length + protection.masked.length + protection.pinned.length;
  if (count <= mostPaths) return protection;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The folder has {0} protected and hidden paths, and a container can keep {1}. Open a smaller folder, or take some back with patterns such as "!vendor/" in the settings cordon.protectedPaths and cordon.hiddenPaths.',
      count,
      mostPaths,
    ),
  );
}

/**
 * The engine follows a symbolic link where a pinned folder was, out of the folder even. Throws `folderForbidden` unless
 * each of them is a folder now.
 */
export async function requireRealFolders(folder: string, pinned: readonly string[]): Promise<void> {
  for (const path of pinned) {
    const stats = await lstat(`${folder}/${path}`).catch(() => undefined);
    if (stats?.isDirectory() === true) continue;
    throw new CordonError(
      'folderForbidden',
      l10n.t(
        'The folder {0} was replaced while the workspace started. Check what replaced it, then try again.',
        JSON.stringify(path),
      ),
    );
  }
}

function pick({ readOnly, masked, pinned }: FolderScan): FolderProtection {
  return { readOnly, masked, pinned };
}

/** What of the folder is kept from a container, as the engine has it. */
export function protectionInForce(facts: ContainerFacts): FolderProtection {
  return {
    readOnly: inFolder(facts.readOnlyPaths ?? []),
    masked: inFolder(facts.maskedPaths ?? []),
    pinned: inFolder(facts.mounts.map(({ target }) => target)),
  };
}

/** The folders that a specification pins. */
export function pinnedOf({ mounts }: ContainerSpec): readonly string[] {
  return inFolder(mounts.map(({ target }) => target));
}

function inFolder(paths: readonly string[]): string[] {
  const start = `${workspaceFolder}/`;
  return paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
}
