/** Lists of names that Cordon knows, so that nobody has to find them out. */
export const egressPresetNames = ['packages', 'source', 'documentation'] as const;
export type EgressPreset = (typeof egressPresetNames)[number];
