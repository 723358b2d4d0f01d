import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { applyChanges } from '../applyChanges.ts';
import { isSameStamp, type Change } from '../change.ts';
import type { OpenView } from '../openViews.ts';
import { acceptWhole } from '../takeBack.ts';
import { KeptBases } from './keptBases.ts';
import { readListed } from './readListed.ts';

/** Puts what a person made of a conflict into the folder, as an accept does. Gives false where a side is not what they saw. */
export async function acceptMerged(
  seen: Change,
  now: Change | undefined,
  content: Buffer,
  view: OpenView,
  owner: number,
  signal: AbortSignal,
): Promise<boolean> {
  const isSeen = now && isSameStamp(now.upper, seen.upper) && isSameStamp(now.lower, seen.lower);
  const { upper } = now ?? {};
  if (!isSeen || !upper || now.blocker) return false;
  const merged = join(view.own, 'merged');
  const taken = await readListed(view.upper, now.path, upper);
  try {
    await writeFile(merged, content, { mode: 0o600 });
    return await acceptWhole(view, owner, async (journal) => {
      const { accepted } = await applyChanges([now], { ...view, journal, signal, merged });
      if (accepted.length > 0) await new KeptBases(view.own).put(now.path, upper, taken);
      return accepted.length > 0;
    });
  } finally {
    await rm(merged, { force: true });
  }
}
