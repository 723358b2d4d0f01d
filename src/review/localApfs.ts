import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** Whether a folder is on an APFS disk of this machine, by what macOS itself says: its numbers of file systems are not fixed. */
export async function isOnLocalApfs(folder: string): Promise<boolean> {
  const { dev } = await stat(folder, { bigint: true });
  const { stdout } = await promisify(execFile)('/sbin/mount');
  for (const place of localApfsIn(stdout)) {
    const found = await stat(place, { bigint: true }).catch(() => undefined);
    if (found?.dev === dev) return true;
  }
  return false;
}

/** Where such disks are mounted, by the lines of `mount`. */
export function localApfsIn(mounts: string): readonly string[] {
  return mounts.split('\n').flatMap((line) => {
    const [, place, about = ''] = /^\S+ on (\/.*) \(([^()]*)\)$/.exec(line) ?? [];
    const [type, ...flags] = about.split(', ');
    return place !== undefined && type === 'apfs' && flags.includes('local') ? [place] : [];
  });
}
