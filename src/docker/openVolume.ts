import type { Readable } from 'node:stream';
import type { OpenCopy, OpenedView } from '../workspaces/containerEngine.ts';
import { archiveBelow, textArchive } from './archiveBelow.ts';
import { pathExists, seenAt } from './containerFiles.ts';
import type { EngineApi } from './engineApi.ts';
import { refusalStatus } from './engineErrors.ts';
import { idleTarget } from './idleContainers.ts';
import { removingArchive } from './removingArchive.ts';

const slowMs = 60_000;

/**
 * The volume that a container has at `idleTarget`, which never runs. An engine gets and puts archives there as root, and
 * answers nothing else about the container meanwhile. `closed` breaks off what is still at it.
 */
export function openVolume(
  api: EngineApi,
  containerId: string,
  closed: AbortSignal,
): OpenCopy & Omit<OpenedView, 'mergesNewFolders'> {
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
    get: async (inside, signal) =>
      textArchive(
        await api.stream({
          ...{ method: 'GET', path, query: { path: inVolume(inside) } },
          ...{ timeoutMs: slowMs, signal: until(signal) },
        }),
      ),
    has: (inside) => pathExists(api, containerId, inVolume(inside)),
    look: (inside) => seenAt(api, containerId, inVolume(inside)),
  };
}
