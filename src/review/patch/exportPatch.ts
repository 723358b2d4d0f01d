import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import type { Change } from '../change.ts';
import type { OpenView } from '../openViews.ts';
import { writePatch, type PatchResult } from './writePatch.ts';

/** Writes changes as a patch into a file, all at once: what was there is replaced only by a whole patch. */
export async function exportPatch(
  changes: readonly Change[],
  view: Pick<OpenView, 'upper' | 'lower'>,
  path: string,
  signal?: AbortSignal,
): Promise<PatchResult> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const result = await writePatch(
      changes,
      view,
      async (chunk) => {
        await file.writeFile(chunk);
      },
      signal,
    );
    await file.close();
    await rename(draft, path);
    return result;
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
}
