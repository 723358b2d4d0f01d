import { typeOf } from './change.ts';
import type { Difference, Entry, WalkGuide } from './difference.ts';
import { isDenied } from './fileErrors.ts';
import { Replaced } from './sameContent.ts';

/** Of what may not be read, or is another one by now, nothing is told. */
export function contentOf(guide: Pick<WalkGuide, 'isBinary'>, upper: Entry): Pick<Difference, 'isBinary'> {
  if (!upper.stats.isFile()) return {};
  try {
    return { isBinary: guide.isBinary(upper) };
  } catch (error) {
    if (isDenied(error) || error instanceof Replaced) return {};
    throw error;
  }
}

/** Whether two entries are the same to a person, with their modes. */
export async function isSameEntry(
  guide: Pick<WalkGuide, 'isSame'>,
  upper: Entry,
  lower: Entry,
): Promise<boolean | 'unreadable'> {
  if (typeOf(upper.stats) !== typeOf(lower.stats)) return false;
  if (((upper.stats.mode ^ lower.stats.mode) & 0o777n) !== 0n && upper.stats.isFile()) return false;
  try {
    return await guide.isSame(upper, lower);
  } catch (error) {
    if (isDenied(error)) return 'unreadable';
    // Whatever it was, it is another one now.
    if (error instanceof Replaced) return false;
    throw error;
  }
}
