import type { IsolationFinding } from '../../isolation/isolationReport.ts';
import type { PathPatterns } from '../../isolation/pathRules.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import { SecurityReporter } from '../monitor/securityReporter.ts';
import type { SharedMarks } from '../monitor/sharedMarks.ts';
import type { SecurityLog } from '../securityLog.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStorage } from '../workspaceStorage.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { folderFindings } from './folderFindings.ts';
import { FolderGuard } from './folderGuard.ts';
import type { FolderWatches } from './folderWatches.ts';
import { scanLinks, type LinkScan } from './linkScan.ts';
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
  patterns: () => PathPatterns;
  securityLog: Pick<SecurityLog, 'record'>;
  marks: SharedMarks;
  isBusy: (workspaceId: string) => boolean;
  hasSessions: (workspaceId: string) => boolean;
  pause: (workspaceId: string) => Promise<unknown>;
  restart: (workspaceId: string) => Promise<unknown>;
  report: (workspaceId: string) => Promise<unknown>;
  log: Log;
}): Folders {
  const { store, watches, log } = parts;
  const disposables = new DisposableStore();
  const quarantine = new Quarantine(parts.quarantineFolder);
  const guard = disposables.add(
    new FolderGuard({
      ...parts,
      answers: new PathAnswers(parts.storage),
      quarantine,
      reporter: new SecurityReporter(parts),
    }),
  );
  const links = new Map<string, LinkScan>();
  const ended = new AbortController();
  const searched = new Set<string>();
  /** In the background, once for each folder: it looks at every file. */
  const searchLinks = (workspace: Workspace) => {
    const root = watches.rootOf(workspace.id);
    if (root === undefined || workspace.mount !== 'live' || searched.has(root)) return;
    searched.add(root);
    scanLinks(root, ended.signal).then(
      (found) => {
        links.set(root, found);
      },
      (error: unknown) => {
        if (!ended.signal.aborted)
          log.warn(`The links of a folder were not counted: ${describeError(error)}`);
      },
    );
  };
  disposables.add(
    watches.onDidChange((root) => {
      for (const id of watches.workspacesOf(root)) {
        const workspace = store.get(id);
        if (workspace) searchLinks(workspace);
      }
    }),
  );
  return {
    guard,
    quarantine,
    findings: async (workspaceId) => {
      const root = watches.rootOf(workspaceId);
      const watch = root === undefined ? undefined : watches.of(root);
      return folderFindings({
        scan: await watch?.current(),
        review: guard.reviewOf(workspaceId),
        watched: !watch ? 'not' : watch.isComplete ? 'fully' : 'partly',
        links: root === undefined ? undefined : links.get(root),
      });
    },
    dispose: () => {
      ended.abort();
      disposables.dispose();
    },
  };
}
