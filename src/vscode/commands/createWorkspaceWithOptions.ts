import * as vscode from 'vscode';
import { usualNetwork, type ProfileLookup } from '../../isolation/profiles.ts';
import type { WorkspaceDefaults } from '../../workspaces/defaults.ts';
import type { CreateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import { askName } from '../askName.ts';
import { pickImage } from '../pickImage.ts';
import { pickLimits } from '../pickLimits.ts';
import { pickMount, pickNetwork, pickProfile } from '../pickModes.ts';
import type { ProfileOffer } from '../profileOffers.ts';
import { askInSteps, back, type Answer, type Step } from '../quickInput.ts';
import type { Command } from './command.ts';
import { askAndCreate, pickFolder, requestFor, type CreateDependencies } from './createWorkspace.ts';

interface OptionDependencies extends CreateDependencies {
  readonly defaults: () => WorkspaceDefaults;
  readonly profileOf: ProfileLookup;
  readonly offers: () => readonly ProfileOffer[];
}

/** Creates a workspace with a question for each choice: name, image, profile, network, mount, limits. */
export function createWorkspaceWithOptions(dependencies: OptionDependencies): Command {
  return async () => {
    const folder = await pickFolder(dependencies.folders);
    if (!folder) return;
    const request = await askInSteps(
      vscode.l10n.t('Create Workspace'),
      requestFor(folder, dependencies.service),
      steps(dependencies),
    );
    if (request) await askAndCreate(request, dependencies);
  };
}

function steps(dependencies: OptionDependencies): readonly Step<CreateWorkspaceRequest>[] {
  const { service } = dependencies;
  const defaults = dependencies.defaults();
  const profileOf = ({ profile }: CreateWorkspaceRequest) =>
    dependencies.profileOf(profile ?? defaults.profile);
  return [
    async (known, place) => added(known, 'name', await askName(place, known.name)),
    async (known, place) =>
      added(known, 'image', await pickImage(place, known.image ?? defaults.image, service)),
    async (known, place) =>
      added(
        known,
        'profile',
        await pickProfile(place, known.profile ?? defaults.profile, dependencies.offers()),
      ),
    async (known, place) => {
      const usual = usualNetwork(profileOf(known), defaults.network);
      return added(known, 'network', await pickNetwork(place, profileOf(known), known.network ?? usual));
    },
    async (known, place) => added(known, 'mount', await pickMount(place, dependencies.usualMount(known))),
    async (known, place) =>
      added(known, 'limits', await pickLimits(place, { ...profileOf(known).limits, ...defaults.limits })),
  ];
}

function added<K extends keyof CreateWorkspaceRequest>(
  known: CreateWorkspaceRequest,
  key: K,
  answer: Answer<CreateWorkspaceRequest[K]>,
): Answer<CreateWorkspaceRequest> {
  return answer === undefined || answer === back ? answer : { ...known, [key]: answer };
}
