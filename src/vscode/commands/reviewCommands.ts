import * as vscode from 'vscode';
import type { Change } from '../../review/change.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { CommandId } from '../commandIds.ts';
import { withoutIcons } from '../inertText.ts';
import { groupOf, needsSecondYes, rowsOf } from '../review/shownChange.ts';
import type { ReviewControl } from '../review/reviewControl.ts';
import type { ReviewControls } from '../review/reviewControls.ts';
import type { ChangeDocuments } from '../review/changeDocuments.ts';
import type { Merges } from '../review/merges.ts';
import { acceptMeant, confirmDangerous } from './acceptChanges.ts';
import type { Command } from './command.ts';
import { compareWorkspace } from './compareWorkspaces.ts';
import { discardMeant } from './discardChanges.ts';
import { exportPatchOf } from './exportPatch.ts';
import { showSnapshots, takeSnapshot } from './snapshotCommands.ts';
import { idOf } from './targets.ts';
import { undoAccept } from './undoAccept.ts';

interface Dependencies {
  readonly service: Pick<WorkspaceService, 'get' | 'list' | 'create' | 'start' | 'remove'>;
  readonly changeDocuments: Pick<ChangeDocuments, 'uri'>;
  readonly reviews: Pick<LazyReviews, keyof LazyReviews>;
  readonly reviewControls: Pick<ReviewControls, 'list' | 'of'>;
  readonly merges: Pick<Merges, 'open' | 'accept'>;
}

/** What a command is meant for: a workspace, and the changes of it, or all where there are none. */
export interface Meant {
  readonly control: ReviewControl;
  readonly changes?: readonly Change[];
}

type ReviewCommandId = Extract<
  CommandId,
  | `cordon.${'accept' | 'discard'}${string}`
  | 'cordon.showChanges'
  | 'cordon.undoAccept'
  | 'cordon.refreshChanges'
  | 'cordon.showExcluded'
  | 'cordon.exportPatch'
  | 'cordon.mergeChange'
  | 'cordon.compareWorkspaces'
  | 'cordon.takeSnapshot'
  | 'cordon.showSnapshots'
>;

/** The commands that accept, undo and discard changes, each for what was chosen in the view of changes. */
export function reviewCommands(dependencies: Dependencies): Readonly<Record<ReviewCommandId, Command>> {
  const { reviews } = dependencies;
  type Finder = (args: readonly unknown[]) => readonly Meant[];
  /** What is named and gone is never taken for something else, let alone for everything. */
  const forChosen =
    (meantBy: Finder, work: (meant: Meant) => Promise<void>): Command =>
    async (...args) => {
      const meant = meantBy(args);
      const failures: unknown[] = [];
      for (const each of meant)
        await work(each).catch((error: unknown) => {
          if (hasCode(error, 'cancelled')) throw error;
          failures.push(error);
        });
      if (meant.length === 0) tellGone();
      if (failures.length > 0) throw failures[0];
    };
  const forMeant =
    (meantBy: Finder, work: (meant: Meant) => Promise<void>): Command =>
    async (...args) => {
      if (args[0] !== undefined) await forChosen(meantBy, work)(...args);
      else {
        const meant = await askControl(dependencies.reviewControls);
        if (meant) await work(meant);
      }
    };
  const { byRows, byGroup, byControl } = findersIn(dependencies.reviewControls);
  const forWorkspace = (work: (workspace: Workspace, dependencies: Dependencies) => Promise<void>): Command =>
    forMeant(byControl, async ({ control }) => {
      const workspace = dependencies.service.get(control.workspaceId);
      if (workspace) await work(workspace, dependencies);
    });
  const accept = (meant: Meant) => acceptMeant(meant, reviews);
  const discard = (meant: Meant) => discardMeant(meant, dependencies);
  return {
    'cordon.acceptChange': forChosen(byRows, accept),
    'cordon.discardChange': forChosen(byRows, discard),
    'cordon.acceptChangeGroup': forChosen(byGroup, accept),
    'cordon.discardChangeGroup': forChosen(byGroup, discard),
    'cordon.acceptAllChanges': forMeant(byControl, accept),
    'cordon.discardAllChanges': forMeant(byControl, discard),
    'cordon.showChanges': forMeant(byControl, async () => {
      await vscode.commands.executeCommand('workbench.view.scm');
    }),
    'cordon.undoAccept': (source, at) =>
      forMeant(byControl, ({ control }) =>
        undoAccept(control.workspaceId, reviews, typeof at === 'string' ? at : undefined),
      )(source),
    'cordon.mergeChange': forChosen(byRows, async ({ control, changes }) => {
      const [change] = changes ?? [];
      const workspace = dependencies.service.get(control.workspaceId);
      if (!change || !workspace || (needsSecondYes(change) && !(await confirmDangerous([change])))) return;
      await dependencies.merges.open(workspace, change.path);
    }),
    'cordon.compareWorkspaces': forWorkspace(compareWorkspace),
    'cordon.takeSnapshot': forWorkspace(takeSnapshot),
    'cordon.showSnapshots': forWorkspace(showSnapshots),
    'cordon.acceptMerge': (uri) => dependencies.merges.accept(uri),
    'cordon.exportPatch': forMeant(byControl, async ({ control }) => {
      if ((await control.listed()).length === 0) {
        void vscode.window.showInformationMessage(vscode.l10n.t('There are no changes to export.'));
        return;
      }
      const workspace = dependencies.service.get(control.workspaceId);
      if (workspace) await exportPatchOf(workspace, reviews);
    }),
    'cordon.showExcluded': async () => {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'cordon.review.exclude');
    },
    'cordon.refreshChanges': forMeant(byControl, ({ control }) => control.listAnew()),
  };
}

/** What VS Code hands to a command: rows, of one workspace or more, a group, or a part of the view of changes. */
function findersIn(controls: Pick<ReviewControls, 'list' | 'of'>) {
  const isRow = (value: unknown): value is { readonly workspaceId: string; readonly change: Change } =>
    typeof value === 'object' && value !== null && 'change' in value && 'workspaceId' in value;
  return {
    byRows: (args: readonly unknown[]): readonly Meant[] => {
      const rows = args.flat().filter(isRow);
      return [...new Set(rows.map(({ workspaceId }) => workspaceId))].flatMap((id) => {
        const control = controls.of(id);
        const own = rows.filter(({ workspaceId }) => workspaceId === id);
        return control ? [{ control, changes: own.map(({ change }) => change) }] : [];
      });
    },
    byGroup: ([group]: readonly unknown[]): readonly Meant[] => {
      for (const control of controls.list())
        for (const [name, each] of Object.entries(control.groups))
          if (each === group)
            return [
              { control, changes: rowsOf(control.changes).filter((change) => groupOf(change) === name) },
            ];
      return [];
    },
    byControl: ([source]: readonly unknown[]): readonly Meant[] => {
      const ofPart = controls.list().find(({ control }) => control === source);
      const control = ofPart ?? controls.of(idOf(source) ?? '');
      return control ? [{ control }] : [];
    },
  };
}

function tellGone(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'What was chosen is not there any more, or was listed anew meanwhile. Nothing was changed.',
    ),
  );
}

async function askControl(controls: Pick<ReviewControls, 'list'>): Promise<Meant | undefined> {
  const [first, ...others] = controls.list();
  if (first && others.length === 0) return { control: first };
  const picked = await vscode.window.showQuickPick(
    controls.list().map((control) => ({ label: withoutIcons(control.control.label), control })),
    { placeHolder: vscode.l10n.t('Choose a workspace') },
  );
  return picked && { control: picked.control };
}
