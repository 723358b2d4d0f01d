import type { Event } from '../../shared/event.ts';

/** Where secrets are kept: encrypted, one text for each workspace, shared by all windows. */
export interface SecretStore {
  /** `undefined` for a workspace that never had any. */
  read(workspaceId: string): Promise<string | undefined>;
  /** `undefined` removes it. Rejects with `storageFailed` where it would not be there afterwards. */
  write(workspaceId: string, text: string | undefined): Promise<void>;
  /** Fires the workspace's id when its secrets were changed, by another window as well where that can be told. */
  readonly onDidChange: Event<string>;
}
