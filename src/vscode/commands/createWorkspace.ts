import * as path from 'node:path';
import * as vscode from 'vscode';
import { confirmOpen } from '../confirmOpen.ts';
import type { MountMode, NetworkMode } from '../../isolation/profile.ts';
import { hasCode } from '../../shared/errors.ts';
import { ProxyImageMissing } from '../../workspaces/proxy/requireProxyImage.ts';
import type { CreateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { freeName } from '../freeName.ts';
import type { HardLinkQuestion } from '../hardLinkQuestion.ts';
import { withoutIcons, withoutLinks } from '../inertText.ts';
import type { OpenFolder, OpenFolders } from '../openFolders.ts';
import { openProxyImageSetting } from '../openProxyImageSetting.ts';
import { pickImage } from '../pickImage.ts';
import { withProgress } from '../progress.ts';
import { back } from '../quickInput.ts';
import { ErrorWithActions, type ErrorAction } from '../showError.ts';
import type { Command } from './command.ts';

/** What creating a workspace needs. */
export interface CreateDependencies {
  readonly service: Pick<WorkspaceService, 'create' | 'list' | 'listImages'>;
  readonly folders: Pick<OpenFolders, 'list'>;
  readonly hardLinks: Pick<HardLinkQuestion, 'mountFor'>;
  /** How the folder is mounted for a request that does not say. */
  usualMount(request: CreateWorkspaceRequest): MountMode;
  /** What a workspace can reach for a request that does not say. */
  usualNetwork(request: CreateWorkspaceRequest): NetworkMode;
  /** Brings the row of a workspace into view. */
  reveal(id: string): void;
  /** Runs what a button starts, as a command of its own: with its log line and its error. */
  runLater(command: Command): void;
}

/** Creates a workspace for the open folder, or the one of them whose path is handed in, and asks nothing that has a default. */
export function createWorkspace(dependencies: CreateDependencies): Command {
  return async (path) => {
    const named = dependencies.folders.list().find((folder) => folder.path === path);
    const folder = named ?? (await pickFolder(dependencies.folders));
    if (folder) await askAndCreate(requestFor(folder, dependencies.service), dependencies);
  };
}

/** The least that a new workspace of a folder needs: its path, and a name that is free. */
export function requestFor(
  folder: OpenFolder,
  service: Pick<WorkspaceService, 'list'>,
): CreateWorkspaceRequest {
  const taken = service.list().map(({ name }) => name);
  return { name: freeName(path.basename(folder.path), taken), folder: folder.path };
}

/** The open folder; asks which one of several, and offers to open one where none is. */
export async function pickFolder(folders: Pick<OpenFolders, 'list'>): Promise<OpenFolder | undefined> {
  const open = folders.list();
  if (open.length === 1) return open[0];
  if (open.length === 0) {
    const button = vscode.l10n.t('Open Folder…');
    const message = vscode.l10n.t('A workspace runs one folder. Open the folder first.');
    const answer = await vscode.window.showInformationMessage(message, button);
    if (answer === button) await vscode.commands.executeCommand('vscode.openFolder');
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(
    open.map((folder) => ({
      label: withoutIcons(folder.name),
      description: withoutIcons(folder.path),
      folder,
    })),
    { title: vscode.l10n.t('Create Workspace'), placeHolder: vscode.l10n.t('Choose the folder to run') },
  );
  return picked?.folder;
}

/** Asks what there is to ask before a folder is mounted for the first time, and creates. */
export async function askAndCreate(
  request: CreateWorkspaceRequest,
  dependencies: CreateDependencies,
): Promise<void> {
  const usual = dependencies.usualMount(request);
  const mount = usual === 'live' ? await dependencies.hardLinks.mountFor(request.folder) : usual;
  if (mount !== undefined)
    await createAndReveal(mount === usual ? request : { ...request, mount }, dependencies);
}

/** Creates under progress. Where the image cannot be had, a local one is offered and everything else kept. */
async function createAndReveal(
  request: CreateWorkspaceRequest,
  dependencies: CreateDependencies,
): Promise<void> {
  try {
    const workspace = await withProgress(vscode.l10n.t('Creating {0}', request.name), (options) =>
      dependencies.service.create(request, options),
    );
    dependencies.reveal(workspace.id);
    if (dependencies.usualNetwork(request) === 'filtered' && workspace.network === 'isolated')
      tellOfTighterNetwork(workspace);
    else offerTerminal(workspace);
  } catch (error) {
    const actions = error instanceof ProxyImageMissing ? otherNetworks : otherImage;
    if (!hasCode(error, 'imageNotFound') && !hasCode(error, 'imagePullFailed')) throw error;
    throw new ErrorWithActions(error, ...actions(request, dependencies));
  }
}

/** Offers an image that is there. */
function otherImage(request: CreateWorkspaceRequest, dependencies: CreateDependencies): ErrorAction[] {
  return [
    later(dependencies, vscode.l10n.t('Choose Local Image…'), async () => {
      const title = vscode.l10n.t('Image of {0}', request.name);
      const image = await pickImage({ title }, undefined, dependencies.service);
      if (image !== undefined && image !== back) await createAndReveal({ ...request, image }, dependencies);
    }),
  ];
}

/** Offers networks that need no proxy: one that reaches nothing, and after a question one that reaches everything. */
function otherNetworks(request: CreateWorkspaceRequest, dependencies: CreateDependencies): ErrorAction[] {
  return [
    later(dependencies, vscode.l10n.t('Create as "isolated"'), () =>
      createAndReveal({ ...request, network: 'isolated' }, dependencies),
    ),
    later(dependencies, vscode.l10n.t('Create as "open"…'), async () => {
      if (await confirmOpen(request.name, vscode.l10n.t('Create')))
        await createAndReveal({ ...request, network: 'open' }, dependencies);
    }),
    {
      title: vscode.l10n.t('Proxy Image…'),
      run: openProxyImageSetting,
    },
  ];
}

/** A button that runs a command of its own. */
function later(
  { runLater }: Pick<CreateDependencies, 'runLater'>,
  title: string,
  command: Command,
): ErrorAction {
  return {
    title,
    run: () => {
      runLater(command);
    },
  };
}

/** Nobody asked for a network, and the usual one cannot be had: the person may want another one, or see to that. */
function tellOfTighterNetwork({ id, name }: { readonly id: string; readonly name: string }): void {
  const [edit, image] = [vscode.l10n.t('Edit Workspace…'), vscode.l10n.t('Proxy Image…')];
  const message = vscode.l10n.t(
    'Workspace {0} is ready, with the network "isolated", which reaches nothing: the image of the proxy that "filtered" needs cannot be had.',
    withoutLinks(name),
  );
  void vscode.window.showWarningMessage(message, edit, image).then((answer) => {
    if (answer === edit) void vscode.commands.executeCommand('cordon.edit', id);
    if (answer === image) void openProxyImageSetting();
  });
}

function offerTerminal(workspace: { readonly id: string; readonly name: string }): void {
  const button = vscode.l10n.t('Open Terminal');
  void vscode.window
    .showInformationMessage(vscode.l10n.t('Workspace {0} is ready.', withoutLinks(workspace.name)), button)
    .then((answer) => {
      if (answer === button) void vscode.commands.executeCommand('cordon.openTerminal', workspace.id);
    });
}
