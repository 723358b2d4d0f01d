import { foldersAbove } from '../../isolation/folderScan.ts';
import type { OpenCopy } from '../../workspaces/engineCopies.ts';
import { isAtOrBelow } from '../isAtOrBelow.ts';
import type { OpenFolder } from '../openFolder.ts';
import { CopiedPaths } from './copiedPaths.ts';
import { entriesAt } from './folderEntries.ts';
import { foldersOf } from './laterLayer.ts';
import type { LeftOut } from './leftOut.ts';
import { markGoneInCopy, putEntries } from './putChanges.ts';

/**
 * Has a copy hold what the folder has at these paths, which the view shows already: it was accepted, or brought in. What the
 * workspace removes later leaves a mark only where there is something below.
 */
export async function putAccepted(
  copy: OpenCopy,
  folder: OpenFolder,
  paths: readonly string[],
  {
    own,
    isLeftOut,
    signal,
  }: { readonly own: string; readonly isLeftOut: LeftOut; readonly signal: AbortSignal },
): Promise<void> {
  const wanted = paths.filter(
    (path) => !foldersAbove([path]).some((each) => isLeftOut(each, true)) && !isLeftOut(path, false),
  );
  const entries = await entriesAt(folder, wanted);
  const copied = await CopiedPaths.load(own);
  const operation = { signal, progress: () => undefined };
  await putEntries({ copy, folder, copied, operation, layer: 'later' }, entries);
  const there = new Set(entries.map(({ path }) => path));
  const isGone = isAtOrBelow(new Set(wanted.filter((path) => !there.has(path))));
  const gone = [...copied.paths()].filter((path) => copied.mayHave(path) && isGone(path));
  await markGoneInCopy({ copy, copied, operation }, gone, foldersOf(entries));
}
