import type { CopyRules } from '../../src/review/copies/folderCopies.ts';

/** Copies everything but what a test says, in the one window that there is. */
export const copyRules: CopyRules = {
  owner: process.pid,
  isAlive: () => false,
  patterns: () => ({ protectedPaths: [], hiddenPaths: [] }),
  excludePatterns: () => ['*.skip'],
};
