import * as vscode from 'vscode';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { Snapshot } from '../../review/snapshots/snapshots.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import { askName } from '../askName.ts';
import { confirm } from '../confirm.ts';
import { freeName } from '../freeName.ts';
import { withoutIcons, withoutLinks } from '../inertText.ts';
import { withoutCancel, withProgress } from '../progress.ts';
import { askText, back, choose } from '../quickInput.ts';
import { countedChanges } from '../review/countedChanges.ts';
import { namedPaths } from '../review/shownChange.ts';
import { stopNote } from '../review/stopNote.ts';

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'list' | 'create' | 'start' | 'remove'>;
  readonly reviews: Pick<LazyReviews, 'takeSnapshot' | 'snapshots' | 'goBack' | 'seed' | 'removeSnapshot'>;
}

/** Names the point at which a workspace is. */
export async function takeSnapshot(workspace: Workspace, { reviews }: Dependencies): Promise<void> {
  const name = await askText(
    { title: vscode.l10n.t('Take Snapshot of {0}', workspace.name) },
    {
      prompt: vscode.l10n.t('Name of the snapshot, 1 to 100 characters'),
      value: vscode.l10n.t('Snapshot {0}', new Date().toLocaleTimeString(vscode.env.language)),
      problemOf: (text) =>
        text.trim() === '' || text.length > 100 ? vscode.l10n.t('1 to 100 characters, please.') : undefined,
    },
  );
  if (name === undefined || name === back) return;
  const taken = await withProgress(vscode.l10n.t('Taking a snapshot of {0}', workspace.name), (options) =>
    reviews.takeSnapshot(workspace.id, name.trim(), options),
  );
  if (!taken) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('The workspace was never started: there is nothing to keep.'),
    );
    return;
  }
  const sentence = vscode.l10n.t(
    'Took the snapshot "{0}" with {1}.',
    taken.snapshot.name,
    countedChanges(taken.snapshot.changes),
  );
  if (taken.leftOut.length === 0) void vscode.window.showInformationMessage(withoutLinks(sentence));
  else
    void vscode.window.showWarningMessage(
      withoutLinks(vscode.l10n.t('{0} Not in it: {1}', sentence, namedPaths(taken.leftOut))),
    );
}

/** Shows the snapshots of a workspace, and does what the person chooses with one. */
export async function showSnapshots(workspace: Workspace, dependencies: Dependencies): Promise<void> {
  const title = vscode.l10n.t('Snapshots of {0}', withoutIcons(workspace.name));
  const all = await dependencies.reviews.snapshots(workspace.id);
  if (all.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('The workspace has no snapshots.'));
    return;
  }
  const snapshot = await choose(
    { title },
    {
      placeholder: vscode.l10n.t('Choose a snapshot'),
      choices: all.map((value) => ({
        label: withoutIcons(value.name),
        description: new Date(value.at).toLocaleString(vscode.env.language),
        detail: countedChanges(value.changes),
        value,
      })),
    },
  );
  if (snapshot === undefined || snapshot === back) return;
  const action = await choose(
    { title: withoutIcons(snapshot.name) },
    {
      placeholder: vscode.l10n.t('What is to be done with it?'),
      choices: [
        { label: vscode.l10n.t('Go Back to It…'), value: goBack },
        { label: vscode.l10n.t('Begin a Second Workspace with It…'), value: beginWith },
        { label: vscode.l10n.t('Delete It…'), value: remove },
      ],
    },
  );
  if (action !== undefined && action !== back) await action(workspace, snapshot, dependencies);
}

async function goBack(workspace: Workspace, snapshot: Snapshot, { reviews }: Dependencies): Promise<void> {
  const detail = [
    vscode.l10n.t(
      'What the workspace changed since then is lost, unless another snapshot has it. The folder stays as it is.',
    ),
    ...stopNote(workspace),
  ];
  const question = vscode.l10n.t('Go back to the snapshot "{0}"?', snapshot.name);
  if (!(await confirm(question, detail, vscode.l10n.t('Go Back')))) return;
  await withProgress(vscode.l10n.t('Going back to {0}', snapshot.name), (options) =>
    reviews.goBack(workspace.id, snapshot.id, options),
  );
}

async function beginWith(
  workspace: Workspace,
  snapshot: Snapshot,
  { service, reviews }: Dependencies,
): Promise<void> {
  const taken = service.list().map(({ name }) => name);
  const name = await askName(
    { title: vscode.l10n.t('Second Workspace') },
    freeName(`${workspace.name} ${snapshot.name}`, taken),
  );
  if (name === undefined || name === back) return;
  const { folder, image, profile, network, egress, limits, env } = workspace;
  await withProgress(vscode.l10n.t('Creating {0}', name), async (options) => {
    const request = {
      name,
      folder,
      image,
      profile,
      network,
      egress,
      limits,
      env,
      mount: 'review',
      start: false,
    } as const;
    const { id } = await service.create(request, options);
    try {
      await reviews.seed(id, { id: workspace.id, snapshotId: snapshot.id }, options);
    } catch (error) {
      await service.remove(id);
      throw error;
    }
    await service.start(id, options);
  });
}

async function remove(workspace: Workspace, snapshot: Snapshot, { reviews }: Dependencies): Promise<void> {
  const question = vscode.l10n.t('Delete the snapshot "{0}"?', snapshot.name);
  if (await confirm(question, [], vscode.l10n.t('Delete')))
    await withoutCancel(vscode.l10n.t('Deleting the snapshot {0}', snapshot.name), () =>
      reviews.removeSnapshot(workspace.id, snapshot.id),
    );
}
