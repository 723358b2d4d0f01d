import * as z from 'zod/mini';
import { copyRole, labels, labelsSchema } from '../isolation/labels.ts';
import { viewDriver } from '../isolation/viewAudit.ts';
import type { EngineCopies, OpenCopy } from '../workspaces/engineCopies.ts';
import type { Containers } from './containers.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, unlessGone } from './engineErrors.ts';
import type { IdleContainers } from './idleContainers.ts';
import { withVolume } from './openVolume.ts';
import { nameTaken } from './volumes.ts';

const labelled = z.nullish(z.record(z.string(), z.unknown()));
const volumeList = z.object({ Volumes: z.nullish(z.array(z.unknown())) });
const listEntry = z.object({ Name: z.string(), Labels: labelled });
const volume = z.object({
  Driver: z.string(),
  Mountpoint: z.string(),
  Labels: labelled,
  Options: z.nullish(z.record(z.string(), z.unknown())),
});
const containerList = z.array(z.object({ Id: z.string(), Created: z.number(), Labels: labelled }));

const workspaceIdPattern = /^[0-9a-f]{32}$/;

/** Copies of folders in volumes of one engine. */
export class Copies implements EngineCopies {
  private readonly api: EngineApi;
  private readonly containers: Pick<Containers, 'removeContainer'>;
  private readonly idle: Pick<IdleContainers, 'use'>;

  constructor(
    api: EngineApi,
    containers: Pick<Containers, 'removeContainer'>,
    idle: Pick<IdleContainers, 'use'>,
  ) {
    this.api = api;
    this.containers = containers;
    this.idle = idle;
  }

  async prepareCopy(workspaceId: string): Promise<string> {
    const name = nameOf(workspaceId);
    const found = await this.inspect(workspaceId).catch(unlessGone);
    if (found !== undefined) return found;
    await this.api.json({
      method: 'POST',
      path: ['volumes', 'create'],
      body: { Name: name, Driver: viewDriver, Labels: copyLabels(workspaceId) },
    });
    // An engine may hand out one that somebody else has just made.
    return await this.inspect(workspaceId);
  }

  async withCopy<T>(workspaceId: string, image: string, work: (copy: OpenCopy) => Promise<T>): Promise<T> {
    await this.inspect(workspaceId);
    // While an archive is sent or read, an engine answers nothing else about the container. So it carries a role, as which
    // no reconcile asks about it, however long that takes.
    const role = { [labels.role]: copyRole, [labels.copyOf]: workspaceId };
    const { api, idle } = this;
    return await withVolume({ api, idle }, { volume: nameOf(workspaceId), image, role }, work);
  }

  /** The containers by which the copy was opened hold its volume. */
  async closeCopy(workspaceId: string, leastAgeSeconds: number): Promise<boolean> {
    const filters = { label: [`${labels.managed}=true`, `${labels.copyOf}=${workspaceId}`] };
    const answer = containerList.safeParse(
      await this.api.json({ method: 'GET', path: ['containers', 'json'], query: { all: true, filters } }),
    );
    if (!answer.success) throw answerNotUnderstood('containers', answer.error);
    const openings = answer.data.filter(({ Labels }) => isCopyOf(workspaceId, Labels));
    const isOld = ({ Created }: { Created: number }) => Date.now() / 1000 - Created >= leastAgeSeconds;
    for (const { Id } of openings.filter(isOld)) await this.containers.removeContainer(Id);
    return !openings.every(isOld);
  }

  async listCopies(): Promise<readonly string[]> {
    const filters = { label: [`${labels.managed}=true`, `${labels.role}=${copyRole}`] };
    const answer = volumeList.safeParse(
      await this.api.json({ method: 'GET', path: ['volumes'], query: { filters } }),
    );
    if (!answer.success) throw answerNotUnderstood('volumes', answer.error);
    return (answer.data.Volumes ?? []).flatMap((entry) => {
      const { Name, Labels } = listEntry.safeParse(entry).data ?? {};
      const id = Labels?.[labels.copyOf];
      // What an engine that passes over the filter lists, too, is somebody else's.
      if (typeof id !== 'string' || !workspaceIdPattern.test(id)) return [];
      return isCopyOf(id, Labels) && Name === nameOf(id) ? [id] : [];
    });
  }

  async removeCopy(workspaceId: string): Promise<void> {
    const found = await this.inspect(workspaceId).catch(unlessGone);
    if (found === undefined) return;
    await this.closeCopy(workspaceId, 0);
    await this.api.json({ method: 'DELETE', path: ['volumes', nameOf(workspaceId)] }).catch(unlessGone);
  }

  /** Where the engine keeps the volume. Rejects for one that is not ours, and for none. */
  private async inspect(workspaceId: string): Promise<string> {
    const name = nameOf(workspaceId);
    const parsed = volume.safeParse(await this.api.json({ method: 'GET', path: ['volumes', name] }));
    if (!parsed.success) throw answerNotUnderstood('volume', parsed.error);
    const { Driver, Mountpoint, Labels, Options } = parsed.data;
    const isPlain = Driver === viewDriver && Object.keys(Options ?? {}).length === 0;
    if (!isPlain || !isCopyOf(workspaceId, Labels)) throw nameTaken(name);
    if (!Mountpoint.startsWith('/')) throw answerNotUnderstood('volume');
    return Mountpoint;
  }
}

function nameOf(workspaceId: string): string {
  return `cordon-copy-${workspaceId}`;
}

/**
 * Not the workspace's own label: whatever removes everything of a workspace, as the undo of a create that failed, must not
 * remove what the copy holds, which nobody has accepted yet.
 */
function copyLabels(workspaceId: string): Readonly<Record<string, string>> {
  return {
    [labels.managed]: 'true',
    [labels.role]: copyRole,
    [labels.copyOf]: workspaceId,
    [labels.schema]: labelsSchema,
  };
}

function isCopyOf(workspaceId: string, found: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return (
    found?.[labels.managed] === 'true' &&
    found[labels.role] === copyRole &&
    found[labels.copyOf] === workspaceId
  );
}
