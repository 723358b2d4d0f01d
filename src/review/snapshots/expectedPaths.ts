import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Change } from '../change.ts';
import { stampSchema, type ExpectedPath, type KnownPaths } from '../knownPaths.ts';

const stored = z.array(z.tuple([z.string(), z.strictObject({ lower: z.optional(stampSchema) })]));

/**
 * What the folder has to have at the paths of a snapshot for its changes to be none over somebody else's. What was in
 * conflict when it was taken stays in conflict.
 */
export async function writeExpected(
  snapshot: string,
  changes: readonly Change[],
  known: Pick<KnownPaths, 'get'>,
): Promise<void> {
  const expected = changes.map(({ path, conflict, lower }) => {
    const before = known.get(path);
    return [path, { lower: before ? before.lower : conflict ? undefined : lower }] as const;
  });
  await writeFile(fileIn(snapshot), JSON.stringify(expected));
}

export async function readExpected(snapshot: string): Promise<readonly (readonly [string, ExpectedPath])[]> {
  return z.parse(stored, JSON.parse(await readFile(fileIn(snapshot), 'utf8')));
}

function fileIn(snapshot: string): string {
  return join(snapshot, 'folder.json');
}
