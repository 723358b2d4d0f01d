import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { CleanUpItem, CleanUpSource } from './cleanUpItem.ts';

/** Younger things may belong to a window that is just making them. */
const leastAgeSeconds = 60;

type Kind = 'network' | 'volume' | 'image';
type Thing = Omit<CleanUpItem, 'kind' | 'at'> & { readonly createdAtSeconds: number };

/**
 * Networks, volumes and images in the engine that carry our labels and serve no workspace. The engine's side looks at
 * the label once more before it removes one.
 */
export class EngineThings implements CleanUpSource {
  readonly kinds = ['network', 'volume', 'image'] as const;
  private readonly store: Pick<WorkspaceStore, 'records' | 'syncFromStorage'>;
  private readonly engines: Pick<EngineSource, 'get'>;

  constructor(
    store: Pick<WorkspaceStore, 'records' | 'syncFromStorage'>,
    engines: Pick<EngineSource, 'get'>,
  ) {
    this.store = store;
    this.engines = engines;
  }

  async find(signal: AbortSignal): Promise<readonly CleanUpItem[]> {
    const engine = await this.engines.get(signal);
    const [networks, volumes, images] = await Promise.all(this.kinds.map((kind) => this.left(engine, kind)));
    // Where it cannot tell, sizes are unknown.
    const sizes = volumes?.length
      ? await engine.volumeSizes().catch(() => new Map<string, number>())
      : undefined;
    return [
      ...(networks ?? []).map((thing) => itemOf('network', thing)),
      ...(volumes ?? []).map((thing) => itemOf('volume', { ...thing, sizeBytes: sizes?.get(thing.id) })),
      ...(images ?? []).map((thing) => itemOf('image', thing)),
    ];
  }

  async remove({ kind, id, name }: CleanUpItem, signal: AbortSignal): Promise<void> {
    const engine = await this.engines.get(signal);
    if (kind !== 'network' && kind !== 'volume' && kind !== 'image') return;
    if (!(await this.left(engine, kind)).some((thing) => thing.id === id))
      throw new CordonError('conflict', l10n.t('"{0}" is used again, or gone.', name));
    signal.throwIfAborted();
    if (kind === 'network') await engine.removeNetwork(id);
    else if (kind === 'volume') await engine.removeVolume(id);
    else await engine.removeImage(id);
  }

  /** What serves nobody now. */
  private async left(engine: ContainerEngine, kind: Kind): Promise<readonly Thing[]> {
    const things = kind === 'image' ? await this.unusedImages(engine) : await this.ownerless(engine, kind);
    return things.filter(({ createdAtSeconds }) => Date.now() / 1000 - createdAtSeconds >= leastAgeSeconds);
  }

  /** A container without a record brings its record back when record and engine are brought to agree: it is an owner, too. */
  private async ownerless(engine: ContainerEngine, kind: 'network' | 'volume'): Promise<readonly Thing[]> {
    const things =
      kind === 'network'
        ? (await engine.listNetworks()).map((network) => ({ ...network, sizeBytes: 0 }))
        : (await engine.listVolumes()).map((volume) => ({
            ...volume,
            ...{ id: volume.name, sizeBytes: undefined },
          }));
    if (things.length === 0) return [];
    const containers = await engine.listContainers();
    this.store.syncFromStorage();
    const owners = new Set([
      ...this.store.records().map(({ id }) => id),
      ...containers.map(({ workspaceId }) => workspaceId),
    ]);
    return things.filter(({ workspaceId }) => !owners.has(workspaceId));
  }

  private async unusedImages(engine: ContainerEngine): Promise<readonly Thing[]> {
    const images = await engine.listOwnImages();
    this.store.syncFromStorage();
    const wanted = new Set(this.store.records().map(({ image }) => image));
    return images
      .filter(({ isUsed, references }) => !isUsed && !references.some((reference) => wanted.has(reference)))
      .map((image) => ({
        ...image,
        name: image.references[0] ?? image.id.replace(/^sha256:/, '').slice(0, 12),
      }));
  }
}

function itemOf(kind: Kind, { id, name, sizeBytes, createdAtSeconds }: Thing): CleanUpItem {
  const at = createdAtSeconds > 0 ? new Date(createdAtSeconds * 1000).toISOString() : undefined;
  return { kind, id, name, sizeBytes, at };
}
