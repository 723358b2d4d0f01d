import type { Limits, NetworkMode } from '../isolation/profile.ts';

/** What a new workspace gets where its request says nothing; the person's settings. */
export interface WorkspaceDefaults {
  readonly image: string;
  readonly profile: string;
  /** The profile's own network when missing. */
  readonly network?: NetworkMode;
  /** On top of the profile's own limits. */
  readonly limits: Partial<Limits>;
  /** Milliseconds that an operation may take at most where its caller names none. */
  readonly operationTimeoutMs: number;
}
