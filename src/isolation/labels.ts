/** Labels on everything that Cordon makes in an engine; they are its identity, names are only for people. */
export const labels = {
  managed: 'cordon.managed',
  workspaceId: 'cordon.workspace.id',
  workspaceName: 'cordon.workspace.name',
  record: 'cordon.workspace.record',
  schema: 'cordon.schema',
  /** What the container was made for, as a fingerprint. */
  spec: 'cordon.spec',
} as const;
