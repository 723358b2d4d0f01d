import * as l10n from '@vscode/l10n';
import * as z from 'zod/mini';
import { labels } from '../isolation/labels.ts';
import type { ViewVolumeSpec } from '../isolation/containerSpec.ts';
import { viewOptions } from '../isolation/folderView.ts';
import { isSameView, viewDriver, type VolumeFacts } from '../isolation/viewAudit.ts';
import { CordonError } from '../shared/errors.ts';
import type { EngineVolumes, ManagedVolume } from '../workspaces/engineVolumes.ts';
import type { EngineApi } from './engineApi.ts';
import { answerNotUnderstood, unlessGone } from './engineErrors.ts';
import { secondsOf } from './engineTime.ts';

const volumeList = z.object({ Volumes: z.nullish(z.array(z.unknown())) });
const listEntry = z.object({
  Name: z.string(),
  CreatedAt: z._default(z.nullish(z.string()), ''),
  Labels: z.nullish(z.record(z.string(), z.unknown())),
});

const inspectAnswer = z.object({
  Name: z.string(),
  Driver: z.string(),
  Labels: z.nullish(z.record(z.string(), z.string())),
  Options: z.nullish(z.record(z.string(), z.string())),
});

const createAnswer = z.object({ Mountpoint: z.string().check(z.startsWith('/')) });

type Labels = Readonly<Record<string, string>>;

/** The volumes of one engine that carry our labels. */
export class Volumes implements EngineVolumes {
  private readonly api: EngineApi;

  constructor(api: EngineApi) {
    this.api = api;
  }

  async listVolumes(workspaceId?: string): Promise<readonly ManagedVolume[]> {
    const own = workspaceId === undefined ? [] : [`${labels.workspaceId}=${workspaceId}`];
    const filters = { label: [`${labels.managed}=true`, ...own] };
    const answer = volumeList.safeParse(
      await this.api.json({ method: 'GET', path: ['volumes'], query: { filters } }),
    );
    if (!answer.success) throw answerNotUnderstood('volumes', answer.error);
    return (answer.data.Volumes ?? []).flatMap((entry) => {
      const { Name, CreatedAt, Labels } = listEntry.safeParse(entry).data ?? {};
      const id = Labels?.[labels.workspaceId];
      // What an engine that passes over the filter lists, too, is somebody else's.
      if (Labels?.[labels.managed] !== 'true') return [];
      if (Name === undefined || typeof id !== 'string' || id === '') return [];
      return { name: Name, workspaceId: id, createdAtSeconds: secondsOf(CreatedAt ?? '') };
    });
  }

  async createViewVolume({ view, labels: own }: ViewVolumeSpec): Promise<void> {
    const { volume } = view;
    const found = await this.inspectVolume(volume);
    if (found && isSameView(found, view, own[labels.workspaceId] ?? '')) return;
    if (found && found.workspaceId !== own[labels.workspaceId]) throw nameTaken(volume);
    if (found) await this.removeVolume(volume);
    await this.api.json({
      method: 'POST',
      path: ['volumes', 'create'],
      body: { Name: volume, Driver: viewDriver, DriverOpts: viewOptions(view), Labels: own },
    });
    // An engine may hand out one that somebody else has just made.
    const made = await this.inspectVolume(volume);
    if (!made || !isSameView(made, view, own[labels.workspaceId] ?? '')) throw nameTaken(volume);
  }

  /**
   * Makes a volume that an id of its own has for itself, and gives its absolute path on the engine's disk. `options` say what
   * it mounts, missing for nothing.
   */
  async createVolume(
    Name: string,
    { labels: Labels, options }: { readonly labels: Labels; readonly options?: Labels },
  ): Promise<string> {
    const answer = createAnswer.safeParse(
      await this.api.json({
        method: 'POST',
        path: ['volumes', 'create'],
        body: { Name, Driver: viewDriver, Labels, ...(options && { DriverOpts: options }) },
      }),
    );
    if (!answer.success) throw answerNotUnderstood('volumes/create', answer.error);
    return answer.data.Mountpoint;
  }

  async inspectVolume(name: string): Promise<VolumeFacts | undefined> {
    const answer = await this.api.json({ method: 'GET', path: ['volumes', name] }).catch(unlessGone);
    if (answer === undefined) return undefined;
    const parsed = inspectAnswer.safeParse(answer);
    if (!parsed.success) throw answerNotUnderstood('volume', parsed.error);
    const { Name, Driver, Labels, Options } = parsed.data;
    const id = Labels?.[labels.managed] === 'true' ? Labels[labels.workspaceId] : undefined;
    return { name: Name, driver: Driver, options: Options ?? {}, workspaceId: id ?? '' };
  }

  async removeVolume(name: string): Promise<void> {
    await this.api
      .json({ method: 'DELETE', path: ['volumes', name], query: { force: true } })
      .catch(unlessGone);
  }
}

/** Somebody else has a volume by a name of ours. */
export function nameTaken(name: string): CordonError {
  return new CordonError(
    'conflict',
    l10n.t('The engine has a volume {0} that is not Cordon’s. Remove it, then try again.', name),
  );
}
