import os from 'node:os';
import path from 'node:path';

/** The root folder of the project. */
export const projectRoot = path.resolve(import.meta.dirname, '..', '..');

/** Where everything that is made or fetched once is kept; `CORDON_CACHE` moves it. */
export const cacheFolder = path.resolve(process.env.CORDON_CACHE || path.join(projectRoot, '.cache'));

/** Whether this process may install packages and start daemons: root on a Debian or Ubuntu. */
export const isRootOnLinux = process.platform === 'linux' && os.userInfo().uid === 0;
