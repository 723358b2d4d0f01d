import type { ProfileLookup } from '../isolation/profiles.ts';
import type { Log } from '../shared/log.ts';
import type { EngineSource } from './containerEngine.ts';
import type { ContainerPlans } from './containerPlans.ts';
import { WorkspaceCreation } from './createWorkspace.ts';
import type { WorkspaceDefaults } from './defaults.ts';
import type { EngineOperations } from './engineOperations.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import type { IsolationReports } from './isolationReports.ts';
import type { Lifecycle } from './lifecycle.ts';
import { NetworkSwitch } from './networkSwitch.ts';
import type { Operations } from './operations.ts';
import type { Panic } from './panic.ts';
import type { PortForwards } from './ports/portForwards.ts';
import type { Provisioner } from './provisioner.ts';
import type { BriefRules } from './proxy/briefRules.ts';
import { EgressRules } from './proxy/egressRules.ts';
import type { EgressSettings } from './proxy/egressSettings.ts';
import { NetworkUnasked } from './proxy/networkUnasked.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import { Release } from './release.ts';
import { WorkspaceRemoval } from './removeWorkspace.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { SecurityLog } from './securityLog.ts';
import type { Sessions } from './sessions.ts';
import { WorkspaceUpdate } from './updateWorkspace.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import { WorkspaceService } from './workspaceService.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** Puts together everything that can be done with workspaces. */
export function composeService(parts: {
  store: WorkspaceStore;
  /** Of engines that records agree with. */
  engines: Pick<EngineSource, 'get'>;
  operations: Operations;
  engineOperations: EngineOperations;
  plans: ContainerPlans;
  provisioner: Provisioner;
  isolationReports: IsolationReports;
  neighbours: FrozenNeighbours;
  lifecycle: Lifecycle;
  sessions: Sessions;
  forwards: PortForwards;
  securityLog: SecurityLog;
  secrets: WorkspaceSecrets;
  views: Pick<ReviewViews, 'remove'>;
  panic: Panic;
  proxies: WorkspaceProxies;
  briefRules: BriefRules;
  egress: () => EgressSettings;
  defaults: () => WorkspaceDefaults;
  profileOf: ProfileLookup;
  platform: NodeJS.Platform;
  log: Log;
}): { readonly service: WorkspaceService; readonly egressRules: EgressRules } {
  const { store, engines, operations, engineOperations } = parts;
  const updating = new WorkspaceUpdate({
    ...parts,
    networkSwitch: new NetworkSwitch({ ...parts, reports: parts.isolationReports }),
  });
  const service = new WorkspaceService({
    ...{ ...parts, updating },
    creation: new WorkspaceCreation({
      ...parts,
      networkUnasked: new NetworkUnasked({ settings: parts.egress, log: parts.log }),
    }),
    removal: new WorkspaceRemoval(store, engines, operations, engineOperations, parts.views),
    release: new Release(parts),
  });
  return { service, egressRules: new EgressRules({ ...parts, updating }) };
}
