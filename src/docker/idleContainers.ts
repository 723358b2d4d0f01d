import { randomBytes } from 'node:crypto';
import { labels, labelsSchema } from '../isolation/labels.ts';
import type { Belongings } from './belongings.ts';
import { containerLabels } from './containerLabels.ts';
import { createdId } from './createdId.ts';
import type { EngineApi } from './engineApi.ts';

/** Where such a container has what it was made for. */
export const idleTarget = '/cordon-view';

/** What is made for one use has these labels, and is removed after it. */
export interface IdleUse {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Makes a container of an image, with these mounts, all at or below `idleTarget`, and gives its id. */
  readonly create: (image: string, ...mounts: readonly object[]) => Promise<string>;
}

/** Containers that are made, used and removed again without ever being started: an engine reaches their mounts anyway. */
export class IdleContainers {
  private readonly api: EngineApi;
  private readonly belongings: Pick<Belongings, 'removeEverythingOf'>;

  constructor(api: EngineApi, belongings: Pick<Belongings, 'removeEverythingOf'>) {
    this.api = api;
    this.belongings = belongings;
  }

  /** Runs `work` under an id of its own, of no workspace, and removes everything of that id afterwards. */
  async use<T>(work: (use: IdleUse) => Promise<T>, more: Readonly<Record<string, string>> = {}): Promise<T> {
    const id = randomBytes(16).toString('hex');
    const own = {
      [labels.managed]: 'true',
      [labels.workspaceId]: id,
      [labels.workspaceName]: 'view',
      [labels.schema]: labelsSchema,
      ...more,
    };
    const remove = () => this.belongings.removeEverythingOf(id);
    let made = 0;
    let result: T;
    try {
      result = await work({
        id,
        labels: own,
        create: (image, ...mounts) => this.create(`${id.slice(0, 8)}-${++made}`, image, own, mounts),
      });
    } catch (error) {
      // An engine that is gone fails here, too, which says less than what was tried.
      await remove().catch(() => undefined);
      throw error;
    }
    await remove();
    return result;
  }

  private async create(
    name: string,
    image: string,
    own: Readonly<Record<string, string>>,
    mounts: readonly object[],
  ): Promise<string> {
    const answer = await this.api.json({
      method: 'POST',
      path: ['containers', 'create'],
      query: { name: `cordon-view-${name}` },
      body: {
        Image: image,
        Labels: containerLabels(own),
        Entrypoint: ['/nothing'],
        Cmd: [],
        HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], Mounts: mounts },
      },
      timeoutMs: 60_000,
      about: { image },
    });
    return createdId(answer, 'containers/create');
  }
}
