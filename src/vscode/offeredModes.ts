import { networkModes, type MountMode, type NetworkMode } from '../isolation/profile.ts';

/** Networks that a person can choose now. */
export const offeredNetworks: readonly NetworkMode[] = networkModes;

/** Mount modes that a person can choose now. */
export const offeredMounts = ['live', 'readonly', 'review'] as const satisfies readonly MountMode[];
