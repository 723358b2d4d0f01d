import type { CheckedFolder } from '../../isolation/folderCheck.ts';
import type { ViewPlaces } from '../../isolation/folderView.ts';
import type { UserId } from '../../isolation/workspaceUser.ts';
import type { CopyAccess, ViewCopies } from './viewCopies.ts';

/** Keeps on this machine what workspaces in review mode write. */
export interface ViewFiles {
  readonly copies: ViewCopies;
  /** Whether this machine can read what an overlay writes here: elsewhere than on Linux nothing tells what was removed. */
  readonly readsOverlays: boolean;
  /** Where an engine that sees this machine finds the layers of its view, whether it has any or not. */
  places(workspaceId: string): ViewPlaces;
  /** Where what a workspace writes lies on this machine: whatever changes there may be a change. */
  written(workspaceId: string): string;
  /** Where the engine finds the layers of its view: there, or in the engine. */
  mounted(workspaceId: string): ViewPlaces;
  /** Makes what is missing of it. Only for a view that is not mounted. */
  prepare(workspaceId: string, folder: CheckedFolder): Promise<void>;
  /** Whether what the person changed in the folder was brought into the view, where `settle` takes it out again. */
  isToSettle(workspaceId: string): Promise<boolean>;
  /** Has the folder itself shown in place of what was brought into the view. Only for a view that is not mounted. */
  settle(workspaceId: string): Promise<void>;
  /** Whether a process was killed while it brought something into the view. */
  wasBringing(workspaceId: string): Promise<boolean>;
  /**
   * Ends what a killed process left half brought into the view. Only for a workspace that stands still ever since;
   * `recordAt` is when its record was last changed. Rejects with `ViewInUse` where somebody is at the view.
   */
  endBringing(workspaceId: string, access: CopyAccess, recordAt: string): Promise<void>;
  /** Has nobody end it: the workspace may have written there since. */
  forgetBringing(workspaceId: string): Promise<void>;
  /** Notes that an engine works with what is kept here, as long as the view is there. */
  useHere(workspaceId: string): Promise<void>;
  isUsedHere(workspaceId: string): Promise<boolean>;
  /** A view to try an engine with: its folder has one entry. */
  prepareTrial(): Promise<ViewTrial>;
  /** Removes what processes that were killed have left of such views. */
  removeTrials(clear: ClearAsRoot): Promise<void>;
  /** Those of these paths, relative to the folder, that the view can still show: the others were replaced or removed in it. */
  shown(workspaceId: string, paths: readonly string[]): Promise<readonly string[]>;
  /** The workspaces of which anything is kept. */
  list(): Promise<readonly string[]>;
  /** Removes what is kept of a workspace; whatever this process may not remove is left to the engine. */
  remove(workspaceId: string, clear: ClearAsRoot): Promise<void>;
}

export interface ViewTrial {
  readonly places: ViewPlaces;
  readonly entry: string;
  dispose(clear: ClearAsRoot): Promise<void>;
}

/** Replaces what is in a folder by empty files of this user. */
export type ClearAsRoot = (folder: string, names: readonly string[], owner: UserId) => Promise<void>;
