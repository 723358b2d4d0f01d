import { posix, win32 } from 'node:path';

/** A path taken apart for comparison: two places are the same when their platform takes their paths for the same. */
export interface Place {
  /** The drive or share on Windows; empty elsewhere. */
  readonly root: string;
  readonly segments: readonly string[];
}

/** The rules of paths on a platform. */
export function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === 'win32' ? win32 : posix;
}

/** The place that an absolute path names; `undefined` for any other text. */
export function placeOf(path: string, platform: NodeJS.Platform): Place | undefined {
  const paths = pathsOf(platform);
  if (!paths.isAbsolute(path)) return undefined;
  const normal = paths.normalize(path);
  const { root } = paths.parse(normal);
  // A Windows path that names no drive depends on where the program runs.
  if (platform === 'win32' && root.length < 3) return undefined;
  return {
    root: platform === 'win32' ? root.toLowerCase() : '',
    segments: segmentsOf(normal.slice(root.length), platform),
  };
}

/** The segments of a relative path, ready for comparison. */
export function segmentsOf(path: string, platform: NodeJS.Platform): readonly string[] {
  return path
    .split(platform === 'win32' ? /[\\/]+/ : /\/+/)
    .filter((segment) => segment !== '')
    .map((segment) => segmentKey(segment, platform));
}

/** True when `place` is `folder` or lies in it. */
export function isAtOrBelow(place: Place, folder: Place): boolean {
  return place.root === folder.root && startsWith(place.segments, folder.segments);
}

/** True when both are the same place. */
export function isSamePlace(a: Place, b: Place): boolean {
  return isAtOrBelow(a, b) && a.segments.length === b.segments.length;
}

/** True when the names of `part` follow each other anywhere in the place. */
export function hasPart(place: Place, part: readonly string[]): boolean {
  return place.segments.some((_, index) => startsWith(place.segments.slice(index), part));
}

function startsWith(segments: readonly string[], start: readonly string[]): boolean {
  return start.length <= segments.length && start.every((segment, index) => segment === segments[index]);
}

function segmentKey(segment: string, platform: NodeJS.Platform): string {
  if (platform === 'darwin') return segment.normalize('NFC').toLowerCase();
  // Windows ignores dots and spaces at the end of a name.
  if (platform === 'win32') return segment.toLowerCase().replace(/(?<=.)[. ]+$/, '');
  return segment;
}
