/** Every command, as package.json contributes it. */
export const commandIds = [
  'cordon.createWorkspace',
  'cordon.createWorkspaceWithOptions',
  'cordon.start',
  'cordon.stop',
  'cordon.restart',
  'cordon.pause',
  'cordon.resume',
  'cordon.openTerminal',
  'cordon.runCommand',
  'cordon.edit',
  'cordon.rename',
  'cordon.archive',
  'cordon.restore',
  'cordon.delete',
  'cordon.showLog',
  'cordon.showContainerLog',
  'cordon.showIsolation',
  'cordon.copyId',
  'cordon.revealFolder',
  'cordon.openFolder',
  'cordon.retryEngine',
  'cordon.showEngines',
  'cordon.statusActions',
  'cordon.refresh',
] as const;

export type CommandId = (typeof commandIds)[number];
