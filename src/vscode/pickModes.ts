import * as vscode from 'vscode';
import { findProfile } from '../isolation/ownProfiles.ts';
import { profileNames, type MountMode, type NetworkMode } from '../isolation/profile.ts';
import { describeMount, describeNetwork, describeProfile } from './choices.ts';
import { offeredMounts, offeredNetworks } from './offeredModes.ts';
import { choose, type Answer, type Choice, type Place } from './quickInput.ts';

/** Asks for a profile. */
export async function pickProfile(place: Place, current: string): Promise<Answer<string>> {
  return choose(place, {
    placeholder: vscode.l10n.t('How strictly is the workspace isolated?'),
    choices: profileNames.map((name) => choice<string>(name, describeProfile(name), current)),
    current,
  });
}

/** Asks for a network; the profile's own is marked. */
export async function pickNetwork(
  place: Place,
  profile: string,
  current: NetworkMode,
): Promise<Answer<NetworkMode>> {
  const own = findProfile(profile).network;
  return choose(place, {
    placeholder: vscode.l10n.t('What can the workspace reach?'),
    choices: offeredNetworks.map((name) =>
      choice<NetworkMode>(
        name,
        name === own
          ? `${describeNetwork(name)} (${vscode.l10n.t("the profile's own")})`
          : describeNetwork(name),
        current,
      ),
    ),
    current,
  });
}

/** Asks how the folder is mounted. */
export async function pickMount(place: Place, current: MountMode): Promise<Answer<MountMode>> {
  return choose(place, {
    placeholder: vscode.l10n.t('What may the workspace do with the folder?'),
    choices: offeredMounts.map((name) => choice<MountMode>(name, describeMount(name), current)),
    current,
  });
}

function choice<T extends string>(value: T, detail: string, current: T): Choice<T> {
  return {
    label: value,
    detail,
    value,
    ...(value === current ? { description: vscode.l10n.t('current') } : {}),
  };
}
