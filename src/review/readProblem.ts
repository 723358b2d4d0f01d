import { isDenied, leadsNowhere } from './fileErrors.ts';
import { OtherDisk } from './openFolder.ts';
import { Replaced } from './sameContent.ts';

/** Why one entry could not be read while others can; `undefined` for what keeps all of them from being read. */
export function readProblem(error: unknown): 'mount' | 'conflict' | 'unreadable' | undefined {
  if (error instanceof OtherDisk) return 'mount';
  // What is opened where a file was may be a socket by now, or what an overlay notes a removal as.
  const isOther = (error as NodeJS.ErrnoException | undefined)?.code === 'ENXIO';
  if (error instanceof Replaced || isOther || leadsNowhere(error)) return 'conflict';
  return isDenied(error) ? 'unreadable' : undefined;
}
