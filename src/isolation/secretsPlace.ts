import type { TmpfsMount } from './containerSpec.ts';

/** Where the files with secrets are in every container. */
export const secretsFolder = '/run/secrets';

/**
 * Room for as many secrets as a workspace may have, twice over. A mount of its own: what is one cannot be replaced by a
 * link in the container, and what fills the places around it leaves it its room.
 */
const sizeMiB = 4;

/** The memory in which secrets are handed over; `open` to whoever the image's user is where only the engine knows. */
export function secretsPlace(
  owner: { readonly uid: number; readonly gid: number },
  open: boolean,
): TmpfsMount {
  return { target: secretsFolder, sizeMiB, mode: open ? '1777' : '0700', ...owner, exec: false };
}
