import { networkInterfaces } from 'node:os';
import { recently } from '../shared/recently.ts';

const freshMs = 1000;

/**
 * The network interfaces of this machine as they were at most a second ago. The kernel makes who asks wait while an engine
 * makes a network, and the whole process waits with it: many creates at once would ask for each.
 */
export const hostInterfaces = recently(networkInterfaces, freshMs);
