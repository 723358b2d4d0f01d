import * as vscode from 'vscode';
import { confirm } from '../confirm.ts';
import { ProxyImageMissing } from '../../workspaces/proxy/requireProxyImage.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { UpdateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { tighterWith } from '../../isolation/tighterWith.ts';
import { describeLimits, describeMount, describeNetwork } from '../choices.ts';
import { editEnvironment } from '../editEnvironment.ts';
import { openProxyImageSetting } from '../openProxyImageSetting.ts';
import { pickImage } from '../pickImage.ts';
import { pickLimits } from '../pickLimits.ts';
import { pickMount, pickNetwork, pickProfile } from '../pickModes.ts';
import type { ProfileOffer } from '../profileOffers.ts';
import { withProgress } from '../progress.ts';
import { back, choose, type Answer, type Place } from '../quickInput.ts';
import { ErrorWithActions } from '../showError.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** What editing a workspace needs. */
export interface EditDependencies {
  readonly service: Pick<WorkspaceService, 'update' | 'needsNewContainer' | 'listImages'>;
  readonly targets: Pick<Targets, 'one'>;
  readonly offers: () => readonly ProfileOffer[];
}

const fields = ['image', 'profile', 'network', 'mount', 'limits', 'env'] as const;
type Field = (typeof fields)[number];

/**
 * Changes one thing of a workspace, or its limits where `limits` follows the workspace; asks first where that costs what
 * is only in the container.
 */
export function editWorkspace({ service, targets, offers }: EditDependencies): Command {
  return async (...args) => {
    const workspace = await targets.one('edit', args);
    if (!workspace) return;
    const patch =
      args[1] === 'limits' ? await askLimits(workspace) : await askPatch(workspace, service, offers());
    if (!patch || Object.keys(patch).length === 0) return;
    const isAnew = service.needsNewContainer(workspace.id, patch);
    if (isAnew && !(await confirmNewContainer(workspace, patch))) return;
    await withProgress(vscode.l10n.t('Changing {0}', workspace.name), (options) =>
      service.update(workspace.id, patch, options),
    ).catch((error: unknown) => {
      if (!(error instanceof ProxyImageMissing)) throw error;
      const run = openProxyImageSetting;
      throw new ErrorWithActions(error, { title: vscode.l10n.t('Proxy Image…'), run });
    });
  };
}

async function askLimits(workspace: Workspace): Promise<UpdateWorkspaceRequest | undefined> {
  const patch = await limitsPatch({ title: vscode.l10n.t('Edit {0}', workspace.name) }, workspace);
  return patch === back ? undefined : patch;
}

async function askPatch(
  workspace: Workspace,
  service: EditDependencies['service'],
  offers: readonly ProfileOffer[],
): Promise<UpdateWorkspaceRequest | undefined> {
  const title = vscode.l10n.t('Edit {0}', workspace.name);
  for (;;) {
    const field = await choose<Field>(
      { title },
      {
        placeholder: vscode.l10n.t('What do you want to change?'),
        choices: fields.map((value) => ({ ...fieldLook(value, workspace), value })),
      },
    );
    if (field === undefined || field === back) return undefined;
    const patch = await askField(field, workspace, { title, canGoBack: true }, service, offers);
    if (patch !== back) return patch;
  }
}

async function askField(
  field: Field,
  workspace: Workspace,
  place: Place,
  service: EditDependencies['service'],
  offers: readonly ProfileOffer[],
): Promise<Answer<UpdateWorkspaceRequest>> {
  switch (field) {
    case 'image':
      return patchOf('image', workspace, await pickImage(place, workspace.image, service));
    case 'profile':
      return withTighter(
        patchOf('profile', workspace, await pickProfile(place, workspace.profile, offers)),
        workspace,
        offers,
      );
    case 'network':
      return patchOf(
        'network',
        workspace,
        await pickNetwork(
          place,
          offers.find(({ name }) => name === workspace.profile)?.profile,
          workspace.network,
        ),
      );
    case 'mount':
      return patchOf('mount', workspace, await pickMount(place, workspace.mount));
    case 'limits':
      return await limitsPatch(place, workspace);
    case 'env': {
      const env = await editEnvironment(place, workspace.env);
      return env === undefined || env === back ? env : { env };
    }
  }
}

async function limitsPatch(place: Place, { limits }: Workspace): Promise<Answer<UpdateWorkspaceRequest>> {
  const changed = await pickLimits(place, limits);
  if (changed === undefined || changed === back) return changed;
  return Object.keys(changed).length === 0 ? {} : { limits: changed };
}

/** An empty patch where the answer is what the workspace has already. */
function patchOf<K extends 'image' | 'profile' | 'network' | 'mount'>(
  key: K,
  workspace: Workspace,
  answer: Answer<Workspace[K]>,
): Answer<UpdateWorkspaceRequest> {
  if (answer === undefined) return undefined;
  if (answer === back) return back;
  return answer === workspace[key] ? {} : { [key]: answer };
}

/** Whoever chooses a stricter profile means what it promises, also where the workspace has something looser by itself. */
function withTighter(
  patch: Answer<UpdateWorkspaceRequest>,
  workspace: Workspace,
  offers: readonly ProfileOffer[],
): Answer<UpdateWorkspaceRequest> {
  if (patch === undefined || patch === back) return patch;
  const chosen = offers.find(({ name }) => name === patch.profile);
  return chosen ? { ...patch, ...tighterWith(chosen.profile, workspace) } : patch;
}

/** What changes with a profile, for a person to see before it does. */
function withItNote(
  { profile, network, mount, limits }: UpdateWorkspaceRequest,
  workspace: Workspace,
): string[] {
  if (profile === undefined) return [];
  const changes = [
    ...(network === undefined ? [] : [describeNetwork(network)]),
    ...(mount === undefined ? [] : [describeMount(mount)]),
    ...(limits === undefined ? [] : [describeLimits({ ...workspace.limits, ...limits })]),
  ];
  return changes.length === 0
    ? []
    : [vscode.l10n.t('Tighter with the profile {0}: {1}.', profile, changes.join('; '))];
}

function fieldLook(field: Field, workspace: Workspace): { label: string; description: string } {
  switch (field) {
    case 'image':
      return { label: vscode.l10n.t('Image'), description: workspace.image };
    case 'profile':
      return { label: vscode.l10n.t('Profile'), description: workspace.profile };
    case 'network':
      return { label: vscode.l10n.t('Network'), description: workspace.network };
    case 'mount':
      return { label: vscode.l10n.t('Mount'), description: workspace.mount };
    case 'limits':
      return { label: vscode.l10n.t('Limits'), description: describeLimits(workspace.limits) };
    case 'env':
      return { label: vscode.l10n.t('Environment'), description: Object.keys(workspace.env).join(', ') };
  }
}

async function confirmNewContainer(workspace: Workspace, patch: UpdateWorkspaceRequest): Promise<boolean> {
  const leavesReview = workspace.mount === 'review' && (patch.mount ?? 'review') !== 'review';
  const detail = [
    ...withItNote(patch, workspace),
    vscode.l10n.t('Lost: everything that is only in the container. Your folder stays as it is.'),
    ...(workspace.activeTasks > 0
      ? [vscode.l10n.t('Ended: running terminals and commands ({0}).', workspace.activeTasks)]
      : []),
    ...(leavesReview
      ? [
          vscode.l10n.t(
            'Kept, but not to be seen before it is in review mode again, and lost with the workspace: its changes for review and its snapshots.',
          ),
        ]
      : []),
  ];
  const question = vscode.l10n.t('This change needs a new container for "{0}".', workspace.name);
  return await confirm(question, detail, vscode.l10n.t('Make New Container'));
}
