import type { IsolationFinding } from '../../isolation/isolationReport.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import type { SecurityReporter } from '../monitor/securityReporter.ts';
import type { WorkspaceStorage } from '../workspaceStorage.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { folderFindings } from './folderFindings.ts';
import { FolderGuard } from './folderGuard.ts';
import { FolderReviews } from './folderReviews.ts';
import type { FolderWatches } from './folderWatches.ts';
import { LinkSearch } from './linkSearch.ts';
import { PathAnswers } from './pathAnswers.ts';
import { Quarantine } from './quarantine.ts';

/** What guards the folders of workspaces that run, and what it knows of them. */
export interface Folders extends Disposable {
  readonly guard: FolderGuard;
  readonly quarantine: Quarantine;
  /** What of its folder belongs into the isolation report of a workspace. */
  findings(workspaceId: string): Promise<readonly IsolationFinding[]>;
}

/** Puts together what watches the folders of workspaces that run, and what asks about them. */
export function composeFolders(parts: {
  store: WorkspaceStore;
  storage: WorkspaceStorage;
  engines: Pick<EngineSource, 'get'>;
  watches: FolderWatches;
  neighbours: FrozenNeighbours;
  quarantineFolder: string;
  reporter: SecurityReporter;
  isBusy: (workspaceId: string) => boolean;
  hasSessions: (workspaceId: string) => boolean;
  hasCopy: (workspaceId: string) => boolean;
  restart: (workspaceId: string) => Promise<unknown>;
  report: (workspaceId: string) => Promise<unknown>;
  log: Log;
}): Folders {
  const { store, engines, watches, neighbours, log } = parts;
  const disposables = new DisposableStore();
  const quarantine = new Quarantine(parts.quarantineFolder, async (folder, work) =>
    neighbours.during(await engines.get(), { folder }, work),
  );
  const answers = new PathAnswers(parts.storage);
  const reviews = disposables.add(new FolderReviews({ ...parts, answers }));
  const guard = disposables.add(new FolderGuard({ ...parts, reviews, answers, quarantine }));
  const links = disposables.add(new LinkSearch(log));
  disposables.add(
    watches.onDidChange((root) => {
      if (watches.workspacesOf(root).some((id) => store.get(id)?.mount === 'live')) links.search(root);
    }),
  );
  return {
    guard,
    quarantine,
    findings: async (workspaceId) => {
      const root = watches.rootOf(workspaceId);
      const watch = root === undefined ? undefined : watches.latestOf(root);
      return folderFindings({
        scan: await watch?.current(),
        review: guard.reviewOf(workspaceId),
        watched: !watch ? 'not' : watch.isComplete ? 'fully' : 'partly',
        links: root === undefined ? undefined : links.of(root),
      });
    },
    dispose: () => {
      disposables.dispose();
    },
  };
}
