/** Every setting below `cordon.`, as package.json contributes it. */
export const settingKeys = [
  'engine.host',
  'image',
  'profile',
  'network',
  'limits.cpus',
  'limits.memoryMiB',
  'limits.pids',
  'limits.tmpMiB',
  'operationTimeoutSeconds',
] as const;

export type SettingKey = (typeof settingKeys)[number];
