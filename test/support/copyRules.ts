import type { CopyRules } from '../../src/review/copies/folderCopies.ts';

/** Copies everything, in the one window that there is. */
export const copyRules: CopyRules = {
  owner: process.pid,
  isAlive: () => false,
  patterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
  excludePatterns: () => [],
};
