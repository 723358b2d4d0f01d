import { open } from 'node:fs/promises';
import { isSameStamp, stampOf, type Change } from './change.ts';
import { withParent, type OpenFolder } from './openFolder.ts';
import { namesOf } from './pathBytes.ts';
import type { NewEntry } from './putEntry.ts';
import { linkTarget, Replaced, withSettledFile } from './sameContent.ts';

/** Hands out what the workspace has at a path, or what was merged; that must be what was listed, before and after it was read. */
export async function withNewEntry(
  { path, kind, type, upper: listed, lower: had }: Change,
  { upper, merged }: { readonly upper: OpenFolder; readonly merged?: string },
  use: (entry: NewEntry) => Promise<void>,
): Promise<void> {
  if (kind === 'deleted') {
    await use({ kind: 'absent' });
    return;
  }
  await withParent(upper, namesOf(path), async (folder, name) => {
    const stats = await folder.look(name);
    if (!stats || !isSameStamp(stampOf(stats), listed)) throw new Replaced();
    const mode = Number(stats.mode);
    if (merged !== undefined) {
      await withMerged(merged, had?.mode ?? 0o644, use);
      return;
    }
    if (type === 'folder') await use({ kind: 'folder', mode });
    else if (type === 'link') await use({ kind: 'link', target: await linkTarget({ folder, name }) });
    else if (type === 'file')
      await withSettledFile({ folder, name, stats }, (from) => use({ kind: 'file', mode, from, stats }));
    else throw new Replaced();
  });
}

async function withMerged(
  path: string,
  mode: number,
  use: (entry: NewEntry) => Promise<void>,
): Promise<void> {
  const from = await open(path, 'r');
  try {
    await use({ kind: 'file', mode, from, stats: await from.stat({ bigint: true }) });
  } finally {
    await from.close();
  }
}
