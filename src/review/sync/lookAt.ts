import type { BigIntStats } from 'node:fs';
import { withParent, type OpenFolder } from '../openFolder.ts';
import { namesOf } from '../pathBytes.ts';
import { readProblem } from '../readProblem.ts';

/** What a folder has at a path, nothing followed on the way; `null` for nothing. */
export async function lookAt(folder: OpenFolder, path: string): Promise<BigIntStats | null | 'unreadable'> {
  try {
    return await withParent(folder, namesOf(path), async (parent, name) => (await parent.look(name)) ?? null);
  } catch (error) {
    const problem = readProblem(error);
    if (problem === undefined) throw error;
    return problem === 'conflict' ? null : 'unreadable';
  }
}
