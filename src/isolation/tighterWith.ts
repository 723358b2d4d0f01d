import { networkModes, type Limits, type MountMode, type NetworkMode } from './profile.ts';
import type { Profile } from './profiles.ts';

/** What a profile is the usual one for, and a workspace has by itself. */
interface Chosen {
  readonly network: NetworkMode;
  readonly mount: MountMode;
  readonly limits: Limits;
}

/** What of a profile is tighter than what a workspace has. A view for review never writes to the folder either. */
export function tighterWith(
  profile: Pick<Profile, 'network' | 'mount' | 'limits'>,
  has: Chosen,
): { readonly network?: NetworkMode; readonly mount?: MountMode; readonly limits?: Partial<Limits> } {
  const limits = Object.fromEntries(
    Object.entries(profile.limits).filter(([key, value]) => value < has.limits[key as keyof Limits]),
  );
  const isTighter = networkModes.indexOf(profile.network) > networkModes.indexOf(has.network);
  return {
    ...(isTighter && { network: profile.network }),
    ...(profile.mount !== 'live' && has.mount === 'live' && { mount: profile.mount }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}
