// Creates or starts a workspace that works on a copy in a process of its own, when a line comes in, to be killed meanwhile.
import { once } from 'node:events';
import { ViewFolders } from '../../src/review/viewFolders.ts';
import { copyRules } from './copyRules.ts';
import { openWindow } from './engineWindow.ts';
import { FileStorage } from './fileStorage.ts';

const [socketPath = '', storagePath = '', kept = '', folder = ''] = process.argv.slice(2);
const viewFiles = new ViewFolders(kept, copyRules);
const { service, reconcile } = openWindow(socketPath, new FileStorage(storagePath), { viewFiles });
await reconcile();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const [workspace] = service.list();
if (workspace) await service.start(workspace.id);
else await service.create({ name: 'copied', folder, mount: 'review', network: 'none' });
process.exit(0);
