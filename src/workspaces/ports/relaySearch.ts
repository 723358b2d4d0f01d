import * as l10n from '@vscode/l10n';
import { CordonError, hasCode } from '../../shared/errors.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { containerIdOf } from '../containerState.ts';
import type { OwnProcesses } from '../ownProcesses.ts';
import type { Relay } from './relays.ts';

/** Finds out what in an image can carry connections, once for each container. */
export class RelaySearch {
  private readonly store: Pick<WorkspaceStore, 'record' | 'container'>;
  private readonly processes: Pick<OwnProcesses, 'read'>;
  /** By workspace, for the container that it has now. */
  private readonly found = new Map<
    string,
    { readonly containerId: string; readonly relay: Promise<Relay> }
  >();

  constructor(store: Pick<WorkspaceStore, 'record' | 'container'>, processes: Pick<OwnProcesses, 'read'>) {
    this.store = store;
    this.processes = processes;
  }

  /** Rejects with `invalidRequest` where the image has none, and as the start of any process does. */
  async relayOf(workspaceId: string): Promise<Relay> {
    const containerId = containerIdOf(this.store.container(workspaceId));
    const known = this.found.get(workspaceId);
    if (containerId === undefined || known?.containerId !== containerId) this.found.delete(workspaceId);
    else return await known.relay;
    const relay = this.search(workspaceId);
    if (containerId !== undefined) this.found.set(workspaceId, { containerId, relay });
    // What is installed after a failure is found the next time.
    relay.catch(() => {
      if (this.found.get(workspaceId)?.relay === relay) this.found.delete(workspaceId);
    });
    return await relay;
  }

  private async search(workspaceId: string): Promise<Relay> {
    const { relays } = await import('./relays.ts');
    for (const relay of relays) {
      const words = await this.processes.read(workspaceId, relay.check).catch((error: unknown) => {
        // The program is missing, or does not end.
        if (!(error instanceof CordonError) || hasCode(error, 'invalidRequest')) return '';
        throw error;
      });
      if (relay.says.test(words.trim())) return relay;
    }
    throw new CordonError(
      'invalidRequest',
      l10n.t(
        'The image {0} has nothing that could carry a connection. Install one of these in it: perl, python3, socat, nc, node, or bash with cat.',
        this.store.record(workspaceId).image,
      ),
    );
  }
}
