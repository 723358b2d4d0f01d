import { readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { ViewPlaces } from '../../isolation/folderView.ts';
import { isMissing } from '../fileErrors.ts';

const stored = z.strictObject({
  /** Where the engine listens that has it. */
  endpoint: z.string(),
  /** Where the engine keeps it on its own disk. */
  place: z.string(),
  /** The name of an entry by which it is known again. */
  mark: z.string().check(z.regex(/^mark-[0-9a-f]{16}$/)),
  /** Whether all of the folder was copied once. */
  isWhole: z.boolean(),
  /** Whether what this machine holds of the workspace's writing is to replace what the engine holds of it. */
  isMirrorNewer: z.boolean(),
  /** Paths that are not to be copied, with all that is in them. */
  hidden: z.array(z.string()),
});

/** What is known of the copy of a folder in an engine. */
export type CopyState = z.output<typeof stored>;

/** `undefined` where there is no copy. */
export function readCopyState(own: string): CopyState | undefined {
  try {
    return z.parse(stored, JSON.parse(readFileSync(fileIn(own), 'utf8')));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

export async function writeCopyState(own: string, state: CopyState): Promise<void> {
  await writeFile(`${fileIn(own)}.new`, JSON.stringify(state));
  await rename(`${fileIn(own)}.new`, fileIn(own));
}

export async function forgetCopyState(own: string): Promise<void> {
  await rm(fileIn(own), { force: true });
}

/** Where the layers of a copy are on the engine's disk. */
export function copyPlaces({ place }: Pick<CopyState, 'place'>): ViewPlaces {
  return {
    lower: `${place}/${layers.first}`,
    later: `${place}/${layers.later}`,
    upper: `${place}/${layers.upper}`,
    work: `${place}/${layers.work}`,
  };
}

/** The folders of a copy: the first state of the folder, what changed of it since, what the workspace wrote. */
export const layers = { first: 'first', later: 'later', upper: 'upper', work: 'work' } as const;

/** The name of an entry of a copy whose layers are all there, whoever made it. */
export const madeMark = 'made';

function fileIn(own: string): string {
  return join(own, 'copy.json');
}
