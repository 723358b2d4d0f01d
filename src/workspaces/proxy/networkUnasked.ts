import type { NetworkMode } from '../../isolation/profile.ts';
import { describeError } from '../../shared/describeError.ts';
import type { Log } from '../../shared/log.ts';
import type { ContainerEngine } from '../containerEngine.ts';
import type { Operation } from '../operations.ts';
import type { EgressSettings } from './egressSettings.ts';
import { ProxyImageMissing, requireProxyImage } from './requireProxyImage.ts';

/** So long an image that could not be pulled is not asked for again by itself. */
const pullAgainAfterMs = 60_000;
/** Nobody asked for the network, so nobody waits longer for it. */
const longestPullMs = 120_000;

/** Who may be asked for an image, and on whose behalf. */
interface NetworkChoice {
  readonly engine: Pick<ContainerEngine, 'info' | 'inspectImage' | 'pullImage'>;
  readonly operation: Operation;
}

/** Chooses the network of workspaces for which nobody asked for one in particular. */
export class NetworkUnasked {
  private readonly settings: () => Pick<EgressSettings, 'proxyImage'>;
  private readonly log: Log;
  /** Images that engines could not get, and when, by `performance.now()`. */
  private readonly refused = new Map<string, number>();

  constructor(parts: { settings: () => Pick<EgressSettings, 'proxyImage'>; log: Log }) {
    this.settings = parts.settings;
    this.log = parts.log;
  }

  /** `usual`, but for one that needs a proxy where its image cannot be had: then the next tighter one, which reaches nothing. */
  async choose(usual: NetworkMode, { engine, operation }: NetworkChoice): Promise<NetworkMode> {
    if (usual !== 'filtered') return usual;
    const image = this.settings().proxyImage;
    const key = JSON.stringify([engine.info.endpoint, image]);
    const isRefused = performance.now() < (this.refused.get(key) ?? -Infinity) + pullAgainAfterMs;
    if (isRefused && !(await engine.inspectImage(image))) {
      this.log.warn('a workspace gets the network "isolated" in place of "filtered", as the one before');
      return 'isolated';
    }
    const signal = AbortSignal.any([operation.signal, AbortSignal.timeout(longestPullMs)]);
    try {
      await requireProxyImage(image, engine, { ...operation, signal });
      return usual;
    } catch (error) {
      operation.check();
      if (!(error instanceof ProxyImageMissing) && !signal.aborted) throw error;
      this.refused.set(key, performance.now());
      this.log.warn(
        `a workspace gets the network "isolated" in place of "filtered": ${describeError(error)}`,
      );
      return 'isolated';
    }
  }
}
