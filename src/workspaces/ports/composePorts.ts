import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Event } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { OwnProcesses } from '../ownProcesses.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { PortForwards } from './portForwards.ts';
import { PortRules, type PortRule } from './portRules.ts';
import { PortWatch } from './portWatch.ts';
import { RelaySearch } from './relaySearch.ts';

/** What notices ports of workspaces and forwards them. */
export interface Ports extends Disposable {
  readonly watch: PortWatch;
  readonly forwards: PortForwards;
}

/** Puts together what notices and forwards ports. Nothing runs before somebody looks or wants a port. */
export function composePorts(parts: {
  store: WorkspaceStore;
  processes: OwnProcesses;
  wake: (workspaceId: string) => Promise<void>;
  used: (workspaceId: string) => void;
  isOpenHere: (folderUri: string) => boolean;
  portRules: () => readonly PortRule[];
  onDidChangePortRules: Event<unknown>;
  log: Log;
}): Ports {
  const disposables = new DisposableStore();
  const { processes } = parts;
  const watch = disposables.add(new PortWatch({ ...parts, processes }));
  const relays = new RelaySearch(parts.store, processes);
  const forwards = disposables.add(
    new PortForwards({
      ...parts,
      processes,
      relayOf: (id) => relays.relayOf(id),
      findPort: (id, port) => watch.find(id, port),
    }),
  );
  disposables.add(
    new PortRules({
      ...parts,
      forwards,
      rules: parts.portRules,
      onDidChangeRules: parts.onDidChangePortRules,
    }),
  );
  return {
    watch,
    forwards,
    dispose: () => {
      disposables.dispose();
    },
  };
}
