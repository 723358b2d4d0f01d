import * as vscode from 'vscode';
import type { OwnProfiles } from '../isolation/ownProfiles.ts';
import { profileNames } from '../isolation/profile.ts';
import { profiles, type Profile } from '../isolation/profiles.ts';
import { describeProfile, describeRuntime } from './choices.ts';
import { withoutIcons } from './inertText.ts';

/** A profile as a person is offered it. */
export interface ProfileOffer {
  readonly name: string;
  /** What it means, in a sentence. */
  readonly detail: string;
  readonly profile: Profile;
  /** The runtime that it asks for and that the engine does not have. */
  readonly missingRuntime?: string;
}

/** The built-in profiles and a person's own ones. `runtimes` are the engine's; nothing is missing while they are unknown. */
export function profileOffers(
  own: OwnProfiles,
  runtimes: readonly string[] | undefined,
): readonly ProfileOffer[] {
  const builtIn = profileNames.map((name) => ({
    name,
    detail: describeProfile(name),
    profile: profiles[name],
  }));
  const defined = [...own.usable].map(([name, { extends: base, description, profile }]) => ({
    name,
    detail: [
      withoutIcons(description),
      vscode.l10n.t('your own, from {0}', base),
      ...(profile.runtime === '' ? [] : [describeRuntime(profile.runtime)]),
    ]
      .filter(Boolean)
      .join(' · '),
    profile,
    ...(profile.runtime !== '' &&
      runtimes !== undefined &&
      !runtimes.includes(profile.runtime) && { missingRuntime: profile.runtime }),
  }));
  return [...builtIn, ...defined];
}
