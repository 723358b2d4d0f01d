import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import type { FolderView } from './containerSpec.ts';
import { workspaceFolder } from './imageVolumes.ts';

/** Where the layers of a workspace's view are kept, as absolute paths. */
export type ViewPlaces = Pick<FolderView, 'lower' | 'later' | 'upper' | 'work'>;

/** Characters that mean nothing in the options of a mount, to the engine or to the kernel, and that both show as they are. */
const plainPath = /^\/[\p{L}\p{N}\p{M}_./@+~-]+$/u;

/** The view of a workspace's folder. Throws `invalidRequest` where its places have names that options cannot carry. */
export function folderView(workspaceId: string, folder: string, places: ViewPlaces): FolderView {
  const { lower, later, upper, work } = places;
  requirePlain([lower, ...(later === undefined ? [] : [later]), upper, work]);
  return { volume: viewVolumeName(workspaceId), target: workspaceFolder, folder, ...places };
}

/** The name of the volume that mounts the view of a workspace. */
export function viewVolumeName(workspaceId: string): string {
  return `cordon-view-${workspaceId}`;
}

/**
 * What the engine's `local` driver is told to mount. Nothing of what the folder says ends up here: `lower` is a link with
 * a name of ours. Features of overlays that leave references in `upper` are off, whatever the kernel's defaults are.
 */
export function viewOptions(places: ViewPlaces): Readonly<Record<string, string>> {
  return overlayOptions(viewLayers(places));
}

/** The same for layers that are only looked at, the uppermost first. Throws `invalidRequest` as `folderView` does. */
export function shownOptions(layers: readonly string[]): Readonly<Record<string, string>> {
  requirePlain(layers);
  return overlayOptions([`lowerdir=${layers.join(':')}`]);
}

/** The layers of a view as the kernel is told them, and tells them. */
export function viewLayers({ lower, later, upper, work }: ViewPlaces): readonly string[] {
  const given = later === undefined ? lower : `${later}:${lower}`;
  return [`lowerdir=${given}`, `upperdir=${upper}`, `workdir=${work}`];
}

function requirePlain(paths: readonly string[]): void {
  const unusable = paths.find((path) => !plainPath.test(path));
  if (unusable === undefined) return;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The mount mode "review" cannot be used here: VS Code keeps its files in {0}, whose path has characters that a mount cannot carry. Choose another mount mode.',
      JSON.stringify(unusable.slice(0, 200)),
    ),
  );
}

function overlayOptions(layers: readonly string[]): Readonly<Record<string, string>> {
  return {
    type: 'overlay',
    device: 'overlay',
    o: ['nosuid', 'nodev', ...layers, 'redirect_dir=off', 'metacopy=off', 'index=off'].join(','),
  };
}
