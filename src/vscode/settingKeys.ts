/** Every setting below `cordon.`, as package.json contributes it. */
export const settingKeys = [
  'engine.host',
  'image',
  'profile',
  'profiles',
  'network',
  'networkRange',
  'limits.cpus',
  'limits.memoryMiB',
  'limits.pids',
  'limits.tmpMiB',
  'protectedPaths',
  'hiddenPaths',
  'review.exclude',
  'operationTimeoutSeconds',
  'idle.action',
  'idle.afterMinutes',
  'onWindowClose',
  'cleanUp.afterDays',
  'terminals.keepAliveMinutes',
  'forwardPorts',
  'languageServers',
] as const;

export type SettingKey = (typeof settingKeys)[number];
