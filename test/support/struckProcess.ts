// Runs one operation in a process of its own, when a line comes in, to be killed as an extension host is.
import { once } from 'node:events';
import { openWindow } from './engineWindow.ts';
import { struckOperations, type StruckName } from './faultOperations.ts';
import { FileStorage } from './fileStorage.ts';

const [socketPath = '', storagePath = '', folder = '', name = ''] = process.argv.slice(2);
const { service, reconcile } = openWindow(socketPath, new FileStorage(storagePath));
await reconcile();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const errors = await struckOperations[name as StruckName].run(service, folder);
process.exit(errors.length);
