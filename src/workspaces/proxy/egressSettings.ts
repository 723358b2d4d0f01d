import type { EgressPolicy } from '../../isolation/egress/egressPolicy.ts';
import type { EgressPreset } from '../../isolation/egress/egressPreset.ts';

/** What a person's settings say of all workspaces with the network `filtered`. */
export interface EgressSettings extends EgressPolicy {
  /** The image that the proxies are made of. */
  readonly proxyImage: string;
}

/** What a person chose for one workspace, on top of the settings; their presets where it names none. */
export interface WorkspaceEgress {
  readonly presets?: readonly EgressPreset[] | undefined;
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/**
 * What a workspace may reach: its own presets, or else those of the settings, and all names that it and the settings
 * allow, or that are allowed for now, but for those that either denies.
 */
export function policyInForce(
  own: WorkspaceEgress | undefined,
  settings: EgressPolicy,
  forNow: readonly string[] = [],
): EgressPolicy {
  return {
    presets: own?.presets ?? settings.presets,
    allow: [...settings.allow, ...(own?.allow ?? []), ...forNow],
    deny: [...settings.deny, ...(own?.deny ?? [])],
  };
}
