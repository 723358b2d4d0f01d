import { posix } from 'node:path';
import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';

/** Where the folder is in every container. */
export const workspaceFolder = '/workspace';

const mostVolumes = 64;
const longestPath = 1024;

/** Places that the engine or the kernel fills; nothing may be mounted over them or in them. */
const kernelFolders = ['/proc', '/sys', '/dev'];

/** Places without which nothing in the image runs; something may be mounted in them but not over them. */
const imageFolders = [
  '/',
  '/etc',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/sbin',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
];

/** Files that the engine itself mounts. */
const engineFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

/**
 * The places that an image declares as VOLUME and that need a mount, so that the engine makes no anonymous volume for
 * them: only a mount at the very same place keeps it from that. Paths are hostile input: one that cannot be honoured safely is refused with `invalidRequest`.
 */
export function imageVolumeTargets(volumes: readonly string[], taken: readonly string[]): readonly string[] {
  if (volumes.length > mostVolumes) {
    throw new CordonError(
      'invalidRequest',
      l10n.t('The image declares more than {0} volumes. Choose another image.', mostVolumes),
    );
  }
  const targets = new Set(volumes.map(checkedTarget));
  for (const path of taken) targets.delete(path);
  return [...targets];
}

function checkedTarget(volume: string): string {
  const target = withoutTrailingSlash(posix.normalize(volume));
  const wellFormed =
    posix.isAbsolute(volume) && volume.length <= longestPath && !/[\p{Cc}\p{Cs}]/u.test(volume);
  const allowed =
    wellFormed &&
    !kernelFolders.some((folder) => isAtOrBelow(target, folder)) &&
    !imageFolders.includes(target) &&
    !engineFiles.some((file) => isAtOrBelow(target, file)) &&
    // A mount in the folder would leave a stub behind on the host.
    !(target !== workspaceFolder && isAtOrBelow(target, workspaceFolder));
  if (allowed) return target;
  throw new CordonError(
    'invalidRequest',
    l10n.t(
      'The image declares a volume at {0}, which cannot be isolated. Choose another image.',
      JSON.stringify(volume.slice(0, 100)),
    ),
  );
}

function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
