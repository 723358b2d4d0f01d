import type { ProfileLookup } from '../isolation/profiles.ts';
import type { PathPatterns } from '../isolation/pathRules.ts';
import { describeError } from '../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import { FailureLog } from '../shared/failureLog.ts';
import type { Log } from '../shared/log.ts';
import type { EngineSource } from './containerEngine.ts';
import { WorkspaceCreation } from './createWorkspace.ts';
import type { WorkspaceDefaults } from './defaults.ts';
import { EngineOperations } from './engineOperations.ts';
import { composeFolders, type Folders } from './folders/composeFolders.ts';
import { FolderWatches, type WatchFolder } from './folders/folderWatches.ts';
import { FolderProtections, type FolderSearch } from './folderProtections.ts';
import { isFrozen } from './frozen.ts';
import { FrozenNeighbours } from './frozenNeighbours.ts';
import { Lifecycle } from './lifecycle.ts';
import { composeMonitor } from './monitor/composeMonitor.ts';
import type { Disk } from './monitor/disk.ts';
import type { SharedMarks } from './monitor/sharedMarks.ts';
import { Operations } from './operations.ts';
import { Panic } from './panic.ts';
import { Provisioner, type FolderCheck, type MountCheck, type UserChoice } from './provisioner.ts';
import { Recovery } from './recovery.ts';
import { Release } from './release.ts';
import { WorkspaceRemoval } from './removeWorkspace.ts';
import { SecurityLog, type SecurityLogStorage } from './securityLog.ts';
import { Sessions } from './sessions.ts';
import type { Quarantined } from './storedRecords.ts';
import { Tracker } from './tracker.ts';
import { WorkspaceUpdate } from './updateWorkspace.ts';
import { WorkspaceService } from './workspaceService.ts';
import type { WorkspaceStorage } from './workspaceStorage.ts';
import { WorkspaceStore } from './workspaceStore.ts';

/** What the core needs from outside. */
export interface Surroundings {
  readonly storage: WorkspaceStorage;
  readonly securityLogStorage: SecurityLogStorage;
  readonly marks: SharedMarks;
  readonly disk: Disk;
  readonly engines: EngineSource;
  readonly checkFolder: FolderCheck;
  readonly checkMounts: MountCheck;
  readonly chooseUser: UserChoice;
  readonly defaults: () => WorkspaceDefaults;
  readonly profileOf: ProfileLookup;
  /** Process id of this extension host. */
  readonly owner: number;
  /** Whether the process that wrote an intent still lives. */
  readonly isAlive: (owner: number) => boolean;
  readonly platform: NodeJS.Platform;
  /** Addresses of this machine that an isolated container must not reach. */
  readonly hostAddresses: () => readonly string[];
  /** Finds the protected and hidden paths of a folder. */
  readonly scanFolder: FolderSearch;
  /** What the person adds to the protected and hidden paths. */
  readonly pathPatterns: () => PathPatterns;
  readonly watchFolder: WatchFolder;
  /** Whether this window has the folder of this URI open; of many windows, that one watches it. */
  readonly isOpenHere: (folderUri: string) => boolean;
  /** Where things are kept that were moved out of folders, an absolute path. */
  readonly quarantineFolder: string;
  readonly log: Log;
}

/** The core, put together and following its engine. */
export interface Workspaces extends Disposable {
  readonly service: WorkspaceService;
  readonly folders: Pick<Folders, 'guard' | 'quarantine'>;
  /** Stored entries that could not be read and were set aside. */
  readonly quarantined: readonly Quarantined[];
  /** Knows which errors an operation has logged already. */
  readonly failures: FailureLog;
  /** Makes record and engine agree once more. */
  readonly reconcile: () => Promise<void>;
  /** Waits until everything that was changed is stored. */
  settled(): Promise<void>;
}

/** Puts the core together. Reads storage at once; does not touch an engine before it is needed. */
export function composeWorkspaces(surroundings: Surroundings): Workspaces {
  const {
    storage,
    securityLogStorage,
    engines,
    checkFolder,
    chooseUser,
    defaults,
    profileOf,
    owner,
    isAlive,
    platform,
    hostAddresses,
    scanFolder,
    pathPatterns,
    watchFolder,
    isOpenHere,
    log,
  } = surroundings;
  const disposables = new DisposableStore();
  const store = new WorkspaceStore(storage, log);
  const quarantined = store.load();
  const failures = new FailureLog(log);
  const operations = disposables.add(new Operations(log, failures, () => defaults().operationTimeoutMs));
  const isBusy = (id: string) => operations.isBusy(id);
  const tracker = disposables.add(new Tracker(store, engines, isBusy));
  disposables.add(
    operations.onDidEnd((id) => {
      tracker.release(id);
    }),
  );

  const securityLog = disposables.add(new SecurityLog(securityLogStorage));
  disposables.add(
    store.onDidChange(({ id, current }) => {
      if (current) return;
      securityLog.remove(id).catch((error: unknown) => {
        log.warn(`A security log could not be removed: ${describeError(error)}`);
      });
    }),
  );
  const panic = disposables.add(new Panic({ store, engines, operations, securityLog, log }));

  const recovery = new Recovery(store, isBusy, isAlive, log);
  let reconciled: Promise<void> = Promise.resolve();
  /** One at a time: a second one that worked with an older list would bring back what the first one removed. */
  const reconcile = () => {
    reconciled = reconciled
      .then(() => engines.get())
      .then((engine) =>
        tracker.holdWhile(async () => {
          await panic.enforce(engine);
          await recovery.reconcile(engine);
        }),
      )
      .catch((error: unknown) => {
        log.error(`Records and engine could not be brought to agree: ${describeError(error)}`);
      });
    return reconciled;
  };
  disposables.add(
    engines.onDidChangeState((state) => {
      if (state.kind === 'connected') void reconcile();
    }),
  );
  /** An engine that is agreed with: no operation starts from a state that is not known yet. */
  const agreedEngines: Pick<EngineSource, 'get'> = {
    get: async (signal) => {
      const engine = await engines.get(signal);
      await reconciled;
      return engine;
    },
  };

  const resolveFolder = async (uri: string) => (await checkFolder(uri, undefined)).path;
  const watches = disposables.add(
    new FolderWatches({
      store,
      isWatchedHere: ({ id, folder }) => isOpenHere(folder) || isBusy(id),
      resolveFolder,
      patterns: pathPatterns,
      watchFolder,
      log,
    }),
  );
  const neighbours = new FrozenNeighbours({
    resolveFolder,
    mayGoOn: (id) => {
      store.syncFromStorage();
      return !store.records().some((record) => record.id === id && (isFrozen(record) || !record.held));
    },
    remember: async (id, isHeld) => {
      if (!isHeld && !store.records().some((record) => record.id === id && record.held)) return;
      await store.update(id, (now) => ({
        ...now,
        held: isHeld ? { owner, startedAt: new Date().toISOString() } : undefined,
      }));
    },
    log,
  });
  const provisioner: Provisioner = new Provisioner({
    checkFolder,
    chooseUser,
    profileOf,
    protections: new FolderProtections(scanFolder, pathPatterns, watches),
    neighbours,
    isolation: {
      hostAddresses,
      checkMounts: surroundings.checkMounts,
      findings: (id) => folders.findings(id),
      onStarted: (id, folder, facts) => folders.guard.started(id, folder, facts),
      onReport: (id, containerId, { grade, checkedAt }) => {
        store.setIsolation(id, { containerId, grade, checkedAt });
      },
    },
  });
  const engineOperations = new EngineOperations(store, agreedEngines, operations, log, owner);
  const lifecycle: Lifecycle = new Lifecycle({
    ...{ store, operations: engineOperations, provisioner, neighbours, log },
    requireResumable: (id) => folders.guard.requireNothingOpen(id),
  });
  const sessions = new Sessions(store, agreedEngines, log);
  const folders: Folders = disposables.add(
    composeFolders({
      ...surroundings,
      store,
      engines: agreedEngines,
      watches,
      neighbours,
      patterns: pathPatterns,
      securityLog,
      isBusy,
      hasSessions: (id) => sessions.list(id).length > 0,
      pause: (id) => lifecycle.pause(id),
      restart: (id) => lifecycle.restart(id),
      report: (id) => service.isolationReport(id),
    }),
  );
  disposables.add(
    operations.onDidEnd((id) => {
      folders.guard.released(id);
    }),
  );
  disposables.add(
    composeMonitor({
      ...surroundings,
      store,
      securityLog,
      isBusy,
      pause: (id) => lifecycle.pause(id),
      sessions,
    }),
  );
  const service = new WorkspaceService({
    store,
    engines: agreedEngines,
    operations,
    engineOperations,
    provisioner,
    lifecycle,
    creation: new WorkspaceCreation({
      store,
      engines: agreedEngines,
      operations,
      engineOperations,
      provisioner,
      defaults,
      profileOf,
      platform,
      log,
    }),
    updating: new WorkspaceUpdate(store, operations, engineOperations, provisioner, lifecycle, profileOf),
    removal: new WorkspaceRemoval(store, agreedEngines, operations, engineOperations),
    sessions,
    securityLog,
    panic,
    release: new Release({
      store,
      engines: agreedEngines,
      operations,
      engineOperations,
      provisioner,
      log,
    }),
  });

  return {
    service,
    folders,
    quarantined,
    failures,
    reconcile,
    settled: () => store.settled(),
    dispose: () => {
      disposables.dispose();
    },
  };
}
