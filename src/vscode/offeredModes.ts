import type { MountMode, NetworkMode } from '../isolation/profile.ts';

/** Networks that a person can choose now. */
export const offeredNetworks = ['open', 'isolated', 'none'] as const satisfies readonly NetworkMode[];

/** Mount modes that a person can choose now. */
export const offeredMounts = ['live', 'readonly', 'review'] as const satisfies readonly MountMode[];
