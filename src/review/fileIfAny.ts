import type { BigIntStats, PathLike } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { isMissing } from './fileErrors.ts';

/** What is at a path, links not followed; `undefined` where nothing is. */
export async function fileIfAny(path: PathLike): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
