import type { ViewVolumeSpec } from '../isolation/containerSpec.ts';
import type { VolumeFacts } from '../isolation/viewAudit.ts';

/** A volume that carries our labels. */
export interface ManagedVolume {
  readonly name: string;
  readonly workspaceId: string;
  /** Seconds since 1970 at which it was made; 0 where the engine does not say. */
  readonly createdAtSeconds: number;
}

/** The volumes of an engine. */
export interface EngineVolumes {
  listVolumes(): Promise<readonly ManagedVolume[]>;
  /** Makes the volume that mounts a view; one that this workspace has by that name is used again, or made anew. */
  createViewVolume(spec: ViewVolumeSpec): Promise<void>;
  /** `undefined` when it is gone. */
  inspectVolume(name: string): Promise<VolumeFacts | undefined>;
}
