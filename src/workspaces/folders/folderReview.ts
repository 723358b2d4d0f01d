import type { FolderScan } from '../../isolation/folderScan.ts';
import type { KeptPaths } from './keptPaths.ts';
import type { PathAnswers } from './pathAnswers.ts';
import { identityOf } from './pathContent.ts';

/** A path that is open to a container although it should be kept from it. */
export interface OpenPath {
  readonly path: string;
  readonly identity: string;
}

/** What of a folder is open to one container, and what of that a person does not know yet. */
export interface FolderReview {
  /** Protected paths that came up and that nobody answered for. */
  readonly protectedPaths: readonly OpenPath[];
  /** Hidden paths that came up and that nobody wants to be read. */
  readonly hiddenPaths: readonly OpenPath[];
  /** Paths whose protection went when the host replaced them. */
  readonly lost: readonly OpenPath[];
}

/** Of a folder of which nothing is open. */
export const nothingOpen: FolderReview = { protectedPaths: [], hiddenPaths: [], lost: [] };

/** Compares what should be kept from a container with what is. */
export async function reviewFolder(
  root: string,
  scan: Pick<FolderScan, 'readOnly' | 'masked' | 'protectedLinks'>,
  kept: KeptPaths,
  answers: Pick<PathAnswers, 'isKept' | 'isShown'>,
  cannotWrite: boolean,
): Promise<FolderReview> {
  const protectedPaths: OpenPath[] = [];
  const hiddenPaths: OpenPath[] = [];
  const lost: OpenPath[] = [];
  const look = async (path: string, isHidden: boolean) => {
    const identity = await identityOf(`${root}/${path}`);
    if (identity === undefined) return;
    const keeping = await kept.keepingOf(path, identity);
    if (keeping === 'lost' && !answers.isShown(root, path, identity)) lost.push({ path, identity });
    if (keeping !== 'new') return;
    // What tools install is no secret of a person's.
    if (isHidden && !isInDependencies(path) && !answers.isShown(root, path, identity))
      hiddenPaths.push({ path, identity });
    if (!isHidden && !(await answers.isKept(root, path))) protectedPaths.push({ path, identity });
  };
  for (const path of scan.masked) await look(path, true);
  // A link with such a name leads the host to what the container writes elsewhere; nothing can be laid over it.
  if (!cannotWrite) for (const path of [...scan.readOnly, ...scan.protectedLinks]) await look(path, false);
  return { protectedPaths, hiddenPaths, lost };
}

function isInDependencies(path: string): boolean {
  return path.split('/').includes('node_modules');
}
