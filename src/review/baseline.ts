import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

const stored = z.strictObject({ sinceNs: z.string().check(z.regex(/^\d{1,20}$/)) });

/**
 * Fixes since when a workspace has its own view of the folder, by the clock that stamps the files of this machine: what
 * was changed in the folder later was changed past the workspace. Written once in the life of a view.
 */
export async function writeBaseline(own: string): Promise<void> {
  const draft = join(own, 'baseline.new');
  await rm(draft, { force: true });
  await writeFile(draft, '');
  const { ctimeNs } = await stat(draft, { bigint: true });
  await writeFile(draft, JSON.stringify({ sinceNs: String(ctimeNs) }));
  await rename(draft, join(own, 'baseline.json'));
}

/** Nanoseconds since 1970 by the kernel's clock. Rejects where there is no baseline. */
export async function readBaseline(own: string): Promise<bigint> {
  const text = await readFile(join(own, 'baseline.json'), 'utf8');
  return BigInt(z.parse(stored, JSON.parse(text)).sinceNs);
}
