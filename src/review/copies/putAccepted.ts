import { foldersAbove } from '../../isolation/folderScan.ts';
import type { OpenCopy } from '../../workspaces/containerEngine.ts';
import type { OpenFolder } from '../openFolder.ts';
import { CopiedPaths } from './copiedPaths.ts';
import { entriesAt } from './folderEntries.ts';
import type { LeftOut } from './leftOut.ts';
import { putEntries } from './putChanges.ts';

/**
 * Has a copy hold what was just accepted into the folder. The view shows what the workspace has over it; but what the
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
  const entries = await entriesAt(
    folder,
    paths.filter(
      (path) => !foldersAbove([path]).some((each) => isLeftOut(each, true)) && !isLeftOut(path, false),
    ),
  );
  const operation = { signal, progress: () => undefined };
  await putEntries({ copy, folder, copied: await CopiedPaths.load(own), operation, layer: 'later' }, entries);
}
