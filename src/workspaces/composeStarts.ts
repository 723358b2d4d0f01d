import type { FolderSearch } from '../isolation/folderScan.ts';
import type { PathPatterns } from '../isolation/pathRules.ts';
import type { ContainerPlans } from './containerPlans.ts';
import { FolderProtections } from './folderProtections.ts';
import type { FolderWatches } from './folders/folderWatches.ts';
import type { FrozenNeighbours } from './frozenNeighbours.ts';
import { IsolationReports, type IsolationSurroundings } from './isolationReports.ts';
import { LatestReports } from './latestReports.ts';
import { Provisioner } from './provisioner.ts';
import type { WorkspaceProxies } from './proxy/workspaceProxies.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { ReviewViews } from './views/reviewViews.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What makes and starts containers, and the reports without which none is handed out. */
export interface Starts {
  readonly provisioner: Provisioner;
  readonly isolationReports: IsolationReports;
  readonly latestReports: LatestReports;
}

/** Puts together what makes and starts containers, and checks them. */
export function composeStarts(
  parts: Omit<IsolationSurroundings, 'onReport'> & {
    readonly store: WorkspaceStore;
    readonly plans: ContainerPlans;
    readonly proxies: WorkspaceProxies;
    readonly neighbours: FrozenNeighbours;
    readonly secrets: WorkspaceSecrets;
    readonly views: ReviewViews;
    readonly watches: FolderWatches;
    readonly scanFolder: FolderSearch;
    readonly pathPatterns: () => PathPatterns;
  },
): Starts {
  const { store, plans, proxies, scanFolder, pathPatterns, watches } = parts;
  const latestReports = new LatestReports(store);
  const isolationReports = new IsolationReports(plans, proxies, {
    ...parts,
    onReport: (id, containerId, report) => {
      const { grade, checkedAt } = report;
      store.setIsolation(id, { containerId, grade, checkedAt });
      latestReports.keep(id, containerId, report);
    },
  });
  const protections = new FolderProtections(scanFolder, pathPatterns, watches);
  const provisioner = new Provisioner({ ...parts, reports: isolationReports, protections });
  return { provisioner, isolationReports, latestReports };
}
