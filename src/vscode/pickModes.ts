import * as vscode from 'vscode';
import { mountModes, networkModes, type MountMode, type NetworkMode } from '../isolation/profile.ts';
import type { Profile } from '../isolation/profiles.ts';
import { describeMount, describeNetwork } from './choices.ts';
import type { ProfileOffer } from './profileOffers.ts';
import { choose, type Answer, type Choice, type Place } from './quickInput.ts';

/** Asks for a profile; one whose runtime the engine does not have is shown and cannot be taken. */
export async function pickProfile(
  place: Place,
  current: string,
  offers: readonly ProfileOffer[],
): Promise<Answer<string>> {
  for (;;) {
    const answer = await choose(place, {
      placeholder: vscode.l10n.t('How strictly is the workspace isolated?'),
      choices: offers.map((offer) => ({
        ...choice(offer.name, offer.detail, current),
        ...(offer.missingRuntime !== undefined && { description: notAvailable(offer.missingRuntime) }),
      })),
      current,
    });
    const missing = offers.find(({ name }) => name === answer)?.missingRuntime;
    if (missing === undefined) return answer;
    void vscode.window.showWarningMessage(notAvailable(missing));
  }
}

function notAvailable(runtime: string): string {
  return vscode.l10n.t('not available: the engine has no runtime {0}', runtime);
}

/** Asks for a network; the profile's own is marked. */
export async function pickNetwork(
  place: Place,
  profile: Pick<Profile, 'network'> | undefined,
  current: NetworkMode,
): Promise<Answer<NetworkMode>> {
  return choose(place, {
    placeholder: vscode.l10n.t('What can the workspace reach?'),
    choices: networkModes.map((name) =>
      choice<NetworkMode>(
        name,
        name === profile?.network
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
    choices: mountModes.map((name) => choice<MountMode>(name, describeMount(name), current)),
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
