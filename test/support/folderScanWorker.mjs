// a thread of Node does not know TypeScript by itself
import { register } from 'tsx/esm/api';

register();
await import('../../src/isolation/folderScanWorker.ts');
