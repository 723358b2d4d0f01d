import type { OpenCopy } from '../../workspaces/containerEngine.ts';
import { isAtOrBelow } from '../isAtOrBelow.ts';
import type { OpenFolder } from '../openFolder.ts';
import { CopiedPaths } from './copiedPaths.ts';
import type { CopyState } from './copyState.ts';
import { entriesAt } from './folderEntries.ts';
import { putEntries } from './putChanges.ts';

/**
 * Has a copy hold what was just accepted into the folder. The view shows what the workspace has over it; but what the
 * workspace removes later leaves a mark only where there is something below.
 */
export async function putAccepted(
  copy: OpenCopy,
  folder: OpenFolder,
  paths: readonly string[],
  { own, state, signal }: { readonly own: string; readonly state: CopyState; readonly signal: AbortSignal },
): Promise<void> {
  const isHidden = isAtOrBelow(new Set(state.hidden));
  const entries = await entriesAt(
    folder,
    paths.filter((path) => !isHidden(path)),
  );
  const operation = { signal, progress: () => undefined };
  await putEntries({ copy, folder, copied: await CopiedPaths.load(own), operation, layer: 'later' }, entries);
}
