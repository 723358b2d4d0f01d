import { folderSearch } from '../../src/isolation/folderScan.ts';

/** The search of folders, with threads that run what is not built yet. */
export const scanFolder = folderSearch(new URL('folderScanWorker.mjs', import.meta.url));
