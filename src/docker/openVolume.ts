import type { Readable } from 'node:stream';
import type { OpenCopy } from '../workspaces/engineCopies.ts';
import type { OpenedView } from '../workspaces/engineViews.ts';
import { archiveBelow, textArchive } from './archiveBelow.ts';
import { pathExists, seenAt } from './containerFiles.ts';
import type { EngineApi } from './engineApi.ts';
import { refusalStatus } from './engineErrors.ts';
import { viewMount } from './containerOptions.ts';
import { idleTarget, type IdleContainers } from './idleContainers.ts';
import { removingArchive } from './removingArchive.ts';
import { untilSilent } from './untilSilent.ts';

const slowMs = 60_000;

type OpenVolume = OpenCopy & Omit<OpenedView, 'mergesNewFolders'>;

/**
 * Opens a volume by a container of `image` that never runs and is removed afterwards. Only for one that is there: an engine
 * would make the container a new volume, empty and without labels, in place of one that is gone.
 */
export async function withVolume<T>(
  { api, idle }: { readonly api: EngineApi; readonly idle: Pick<IdleContainers, 'use'> },
  { volume, image, role }: VolumeOpening,
  work: (volume: OpenVolume) => Promise<T>,
): Promise<T> {
  return await idle.use(async ({ create }) => {
    const containerId = await create(image, viewMount({ volume, target: idleTarget }));
    return await whileOpen(api, containerId, work);
  }, role);
}

/** Opens all that such a container has at `idleTarget`. */
export async function whileOpen<T>(
  api: EngineApi,
  containerId: string,
  work: (volume: OpenVolume) => Promise<T>,
): Promise<T> {
  const closed = new AbortController();
  try {
    return await work(openVolume(api, containerId, closed.signal));
  } finally {
    // While an archive is sent or read, the container could not be removed.
    closed.abort();
  }
}

/** What is opened, by a container of which image; `role` are further labels of that. */
export interface VolumeOpening {
  readonly volume: string;
  readonly image: string;
  readonly role?: Readonly<Record<string, string>>;
}

/**
 * The volume that a container has at `idleTarget`, which never runs. An engine gets and puts archives there as root, and
 * answers nothing else about the container meanwhile. `closed` breaks off what is still at it.
 */
function openVolume(api: EngineApi, containerId: string, closed: AbortSignal): OpenVolume {
  const path = ['containers', containerId, 'archive'];
  const until = (signal?: AbortSignal) => (signal ? AbortSignal.any([signal, closed]) : closed);
  const inVolume = (inside: string) => `${idleTarget}/${inside}`;
  // An engine refuses the whole archive for a link that leads out of where it is unpacked.
  const unpack = async (archive: Readable | Buffer, signal?: AbortSignal) => {
    await api.json({
      ...{ method: 'PUT', path, query: { path: '/' }, archive, timeoutMs: 0, signal: until(signal) },
    });
  };
  return {
    put: (archive, signal) => unpack(archiveBelow(idleTarget.slice(1), archive), signal),
    remove: async (inside, signal) => {
      await unpack(removingArchive(inVolume(inside).slice(1)), signal).catch((error: unknown) => {
        if (refusalStatus(error) === undefined) throw error;
      });
      return (await seenAt(api, containerId, inVolume(inside))) === undefined;
    },
    get: async (inside, signal) => {
      const archive = await api.stream({
        ...{ method: 'GET', path, query: { path: inVolume(inside) } },
        ...{ timeoutMs: slowMs, signal: until(signal) },
      });
      return textArchive(untilSilent(archive, slowMs));
    },
    has: (inside) => pathExists(api, containerId, inVolume(inside)),
    look: (inside) => seenAt(api, containerId, inVolume(inside)),
  };
}
