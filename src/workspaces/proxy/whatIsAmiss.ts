import type { ContainerEngine } from '../containerEngine.ts';
import { isUp } from '../containerState.ts';
import type { ManagedProxy } from '../engineContainers.ts';
import type { WantedProxy } from './wantedProxy.ts';

/** What is wrong with the proxy of a workspace. */
export type Amiss = 'ended' | 'otherRules' | 'tooMuch';

interface Found {
  readonly id: string;
  readonly proxies: readonly ManagedProxy[];
  readonly wanted: WantedProxy;
  /** Whether one that runs keeps to the rules of now. */
  readonly hasRules: (proxy: ManagedProxy) => Promise<boolean>;
}

/** Compares what an engine has of the proxy of a workspace with what there must be. */
export async function whatIsAmiss(
  engine: Pick<ContainerEngine, 'inspectContainer' | 'listNetworks'>,
  { id, proxies, wanted, hasRules }: Found,
): Promise<Amiss | undefined> {
  switch (wanted) {
    case 'running': {
      const running = proxies.find(({ state }) => state.kind === 'running');
      // A list may tell what was a moment ago.
      const facts = running && (await engine.inspectContainer(running.id));
      if (!running || !facts?.running || facts.paused) return 'ended';
      return (await hasRules(running)) ? undefined : 'otherRules';
    }
    case 'stopped':
      return proxies.some(({ state }) => isUp(state)) ? 'tooMuch' : undefined;
    case 'none':
      return proxies.length > 0 || (await hasWayOut(engine, id)) ? 'tooMuch' : undefined;
    case 'any':
      return undefined;
  }
}

/** A window that was killed may have removed a proxy and not the network over which it reached out. */
async function hasWayOut(engine: Pick<ContainerEngine, 'listNetworks'>, id: string): Promise<boolean> {
  return (await engine.listNetworks(id)).some(({ isOutward }) => isOutward);
}
