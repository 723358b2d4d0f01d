import { findProfile, type OwnProfiles } from '../../src/isolation/ownProfiles.ts';
import type { Profile } from '../../src/isolation/profiles.ts';

/** Profiles with the network `open` where they have `filtered`: tests of something else need no proxy. */
export function openStandard(name: string, own?: OwnProfiles): Profile {
  const profile = findProfile(name, own);
  return profile.network === 'filtered' ? { ...profile, network: 'open' } : profile;
}
