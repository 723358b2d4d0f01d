import type { ViewPlaces } from '../isolation/folderView.ts';
import type { UserId } from '../isolation/workspaceUser.ts';
import type { OpenCopy } from './engineCopies.ts';

/**
 * A layer that is open: `shown` is what an overlay shows that has it above another layer, where nothing can be written, and
 * `place` is an empty folder beside that. Calls are as for a copy, whose root has these two.
 */
export interface OpenLayer extends Pick<OpenCopy, 'put' | 'get' | 'has'> {
  /** Unpacks an archive below the layer, where nothing is at first. To be called before all others. */
  readonly putBelow: OpenCopy['put'];
}

/** Something in a view, as a workspace sees it: layers below may have something newer of which the kernel has not heard. */
export interface SeenEntry {
  readonly type: 'file' | 'folder' | 'link' | 'special';
  /** Permission bits, without setuid, setgid and sticky. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  readonly modifiedNs: bigint;
}

/** The view of a workspace, open for changes from outside. Paths are relative, of names that are text. */
export interface OpenedView {
  /**
   * Whether a folder that is made in it shows what came below it meanwhile, once the view is mounted anew. Since Linux 5.15
   * it does; before, the kernel marks it as one that hides all that.
   */
  readonly mergesNewFolders: boolean;
  /** What the workspace sees at a path, links not followed; `undefined` for nothing. */
  look(path: string): Promise<SeenEntry | undefined>;
  /** Both as for a copy, at the root of the view. */
  put: OpenCopy['put'];
  remove: OpenCopy['remove'];
}

/** What only an engine can do with views of folders, whoever their files belong to. */
export interface EngineViews {
  /**
   * Whether the engine mounts views, and sees the same files as this process: tried with one that has an entry of this
   * name in `lower`. `image` is any that the engine has; nothing in it runs.
   */
  canMountView(places: ViewPlaces, entry: string, image: string): Promise<boolean>;
  /**
   * Opens the view that is mounted for a workspace by a container of `image` (any that the engine has) that is never started
   * and is removed afterwards. Rejects with `conflict` where the engine has no such view.
   */
  withView<T>(workspaceId: string, image: string, work: (view: OpenedView) => Promise<T>): Promise<T>;
  /**
   * Waits for what an engine still unpacks into the view of a workspace for a process that was killed. Success where it has
   * nothing of that kind.
   */
  untilViewRests(workspaceId: string): Promise<void>;
  /**
   * Opens a layer of an overlay, an absolute path on the engine's disk, by containers of `image` (any that the engine has)
   * that are never started. They, and the volumes that they need, are removed afterwards.
   */
  withLayer<T>(layer: string, image: string, work: (layer: OpenLayer) => Promise<T>): Promise<T>;
  /**
   * Replaces what is in a folder of this machine, whoever it belongs to, by empty files of the given owner. `image` is
   * any that the engine has; nothing in it runs.
   */
  replaceByFiles(request: {
    readonly folder: string;
    readonly names: readonly string[];
    readonly owner: UserId;
    readonly image: string;
  }): Promise<void>;
}
