// Brings changes of the folder into a workspace in review mode in a process of its own, when a line comes in, to be killed.
import { once } from 'node:events';
import { composeReviews } from '../../src/review/composeReviews.ts';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { copyRules } from './copyRules.ts';
import { openWindow } from './engineWindow.ts';
import { FileStorage } from './fileStorage.ts';

const [socketPath = '', storagePath = '', kept = '', , ...changed] = process.argv.slice(2);
const viewFiles = new ViewFolders(kept, copyRules);
const { service, reconcile, reviewGround } = openWindow(socketPath, new FileStorage(storagePath), {
  viewFiles,
});
await reconcile();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const [workspace] = service.list();
const { sync } = composeReviews(reviewGround, viewFiles, () => []);
await sync.bringIn(workspace?.id ?? '', changed);
process.exit(0);
