import * as vscode from 'vscode';
import { findProfile } from '../../isolation/ownProfiles.ts';
import type { Limits } from '../../isolation/profile.ts';
import { usualNetwork } from '../../isolation/profiles.ts';
import type { WorkspaceDefaults } from '../../workspaces/defaults.ts';
import type { CreateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import { askName } from '../askName.ts';
import { pickImage } from '../pickImage.ts';
import { pickLimits } from '../pickLimits.ts';
import { pickNetwork, pickProfile } from '../pickModes.ts';
import { askInSteps, back, type Answer, type Step } from '../quickInput.ts';
import type { Command } from './command.ts';
import { createAndReveal, pickFolder, requestFor, type CreateDependencies } from './createWorkspace.ts';

/** Creates a workspace with a question for each choice: name, image, profile, network, limits. */
export function createWorkspaceWithOptions(
  dependencies: CreateDependencies & { readonly defaults: () => WorkspaceDefaults },
): Command {
  return async () => {
    const folder = await pickFolder(dependencies.folders);
    if (!folder) return;
    const request = await askInSteps(
      vscode.l10n.t('Create Workspace'),
      requestFor(folder, dependencies.service),
      steps(dependencies.defaults(), dependencies.service),
    );
    if (request) await createAndReveal(request, dependencies);
  };
}

function steps(
  defaults: WorkspaceDefaults,
  service: CreateDependencies['service'],
): readonly Step<CreateWorkspaceRequest>[] {
  return [
    async (known, place) => added(known, 'name', await askName(place, known.name)),
    async (known, place) =>
      added(known, 'image', await pickImage(place, known.image ?? defaults.image, service)),
    async (known, place) =>
      added(known, 'profile', await pickProfile(place, known.profile ?? defaults.profile)),
    async (known, place) => {
      const profile = known.profile ?? defaults.profile;
      return added(
        known,
        'network',
        await pickNetwork(
          place,
          profile,
          known.network ?? usualNetwork(findProfile(profile), defaults.network),
        ),
      );
    },
    async (known, place) =>
      added(
        known,
        'limits',
        await pickLimits(place, usualLimits(known.profile ?? defaults.profile, defaults)),
      ),
  ];
}

function added<K extends keyof CreateWorkspaceRequest>(
  known: CreateWorkspaceRequest,
  key: K,
  answer: Answer<CreateWorkspaceRequest[K]>,
): Answer<CreateWorkspaceRequest> {
  return answer === undefined || answer === back ? answer : { ...known, [key]: answer };
}

function usualLimits(profile: string, defaults: WorkspaceDefaults): Limits {
  return { ...findProfile(profile).limits, ...defaults.limits };
}
