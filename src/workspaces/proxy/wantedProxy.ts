import { isFrozen } from '../frozen.ts';
import type { ContainerState } from '../workspace.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';

/** What there must be of a proxy; `any` while that cannot be said. */
export type WantedProxy = 'running' | 'stopped' | 'none' | 'any';

/** What there must be of the proxy of a workspace, as far as record and container tell. */
export function wantedProxy(record: WorkspaceRecord, container: ContainerState['kind']): WantedProxy {
  // Recovery ends what was begun.
  if (record.intent) return 'any';
  if (record.status === 'archived' || record.network !== 'filtered') return 'none';
  if (isFrozen(record)) return 'stopped';
  switch (container) {
    case 'running':
      return 'running';
    case 'stopped':
    case 'failed':
      return 'stopped';
    case 'absent':
      return 'none';
    case 'paused':
    case 'creating':
    case 'stopping':
    case 'unknown':
      return 'any';
  }
}
