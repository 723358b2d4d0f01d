import * as z from 'zod/mini';
import type { SeenEntry } from '../workspaces/engineViews.ts';
import type { EngineApi } from './engineApi.ts';
import { refusalStatus } from './engineErrors.ts';
import { nanosecondsOf } from './engineTime.ts';

const pathStat = z.object({
  mode: z.number(),
  linkTarget: z.nullish(z.string()),
  size: z._default(z.number(), 0),
  mtime: z._default(z.string(), ''),
});

/** Bits of Go's `os.FileMode`, in which the engine answers. */
const folderBit = 2 ** 31;
const linkBit = 2 ** 27;
/** Of a device, a FIFO, a socket, and what is none of all that. */
const specialBits = [2 ** 26, 2 ** 25, 2 ** 24, 2 ** 19];

/** True when a container, running or not, has a file at this path; a symbolic link counts when it leads to one. */
export async function fileExists(api: EngineApi, containerId: string, path: string): Promise<boolean> {
  const stat = await statOf(api, containerId, path);
  if (!stat) return false;
  if (!hasBit(stat.mode, linkBit)) return !hasBit(stat.mode, folderBit);
  // The engine resolves the whole chain of links inside the container, so the target is looked at once.
  const target = stat.linkTarget ? await statOf(api, containerId, stat.linkTarget) : undefined;
  return target !== undefined && !hasBit(target.mode, folderBit) && !hasBit(target.mode, linkBit);
}

/** True when a container, running or not, has anything at this path: a link counts, wherever it leads. */
export async function pathExists(api: EngineApi, containerId: string, path: string): Promise<boolean> {
  return (await statOf(api, containerId, path)) !== undefined;
}

/** What a container, running or not, has at this path, a link not followed; `undefined` for nothing. */
export async function seenAt(
  api: EngineApi,
  containerId: string,
  path: string,
): Promise<SeenEntry | undefined> {
  const stat = await statOf(api, containerId, path).catch((error: unknown) => {
    // An engine that found a link goes on to where it leads, which can be in a circle.
    if (refusalStatus(error) === 500) return { mode: linkBit, size: 0, mtime: '' };
    throw error;
  });
  if (!stat) return undefined;
  const { mode, size, mtime } = stat;
  const type = hasBit(mode, folderBit)
    ? 'folder'
    : hasBit(mode, linkBit)
      ? 'link'
      : specialBits.some((bit) => hasBit(mode, bit))
        ? 'special'
        : 'file';
  return { type, mode: mode % 0o1000, size, modifiedNs: nanosecondsOf(mtime) };
}

async function statOf(api: EngineApi, containerId: string, path: string) {
  try {
    const answer = await api.stream({
      method: 'HEAD',
      path: ['containers', containerId, 'archive'],
      query: { path },
    });
    answer.resume();
    return parseStat(answer.headers['x-docker-container-path-stat']);
  } catch (error) {
    if (refusalStatus(error) === 404) return undefined;
    throw error;
  }
}

function parseStat(header: string | string[] | undefined) {
  if (typeof header !== 'string') return undefined;
  try {
    return pathStat.safeParse(JSON.parse(Buffer.from(header, 'base64').toString())).data;
  } catch {
    return undefined;
  }
}

function hasBit(mode: number, bit: number): boolean {
  return Math.floor(mode / bit) % 2 === 1;
}
