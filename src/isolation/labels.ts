/** Labels on everything that Cordon makes in an engine; they are its identity, names are only for people. */
export const labels = {
  managed: 'cordon.managed',
  workspaceId: 'cordon.workspace.id',
  workspaceName: 'cordon.workspace.name',
  record: 'cordon.workspace.record',
  schema: 'cordon.schema',
  /**
   * What it is for a workspace where it is not the workspace's own: `proxy` for all that belongs to its proxy, `copy` for
   * all that belongs to the copy of its folder. Empty is none, as with every other label.
   */
  role: 'cordon.role',
  /** What the container was made for, as a fingerprint. */
  spec: 'cordon.spec',
  /** The workspace whose folder it holds a copy of. */
  copyOf: 'cordon.copy.of',
} as const;

/** What the label `schema` holds now: the form of all the other labels. */
export const labelsSchema = '1';

/** The role of the proxy of a workspace, and of the network over which that reaches out. */
export const proxyRole = 'proxy';

/** The role of the copy of a workspace's folder, and of the containers by which that is opened. */
export const copyRole = 'copy';
