import { DisposableStore } from '../shared/disposable.ts';
import { FailureLog } from '../shared/failureLog.ts';
import { lazily } from '../shared/lazily.ts';
import { composeCleanUp } from './cleanUp/composeCleanUp.ts';
import { composeAgreement, type Agreed } from './composeAgreement.ts';
import { composeService } from './composeService.ts';
import { composeStarts, type Starts } from './composeStarts.ts';
import { ContainerPlans } from './containerPlans.ts';
import { coreFacts } from './coreFacts.ts';
import { EngineOperations } from './engineOperations.ts';
import { composeFolders, type Folders } from './folders/composeFolders.ts';
import { FolderWatches } from './folders/folderWatches.ts';
import { FrozenNeighbours } from './frozenNeighbours.ts';
import { composeIdle, type Idle } from './idle/composeIdle.ts';
import { ContainerFiles } from './inside/containerFiles.ts';
import { Lifecycle } from './lifecycle.ts';
import { composeMonitor } from './monitor/composeMonitor.ts';
import { SecurityReporter } from './monitor/securityReporter.ts';
import { Operations } from './operations.ts';
import { OwnProcesses } from './ownProcesses.ts';
import { OwnResumes } from './ownResumes.ts';
import { Panic } from './panic.ts';
import { composePorts, type Ports } from './ports/composePorts.ts';
import { composeProxies } from './proxy/composeProxies.ts';
import { Resources } from './resources/resources.ts';
import { StatsSamples } from './resources/statsSamples.ts';
import { KeptSecrets } from './secrets/keptSecrets.ts';
import { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import { SecurityLog } from './securityLog.ts';
import { Sessions } from './sessions.ts';
import type { Surroundings } from './surroundings.ts';
import { Timeline } from './timeline/timeline.ts';
import { composeReviewGround } from './views/composeReviewGround.ts';
import { ReviewViews } from './views/reviewViews.ts';
import type { Workspaces } from './workspaces.ts';
import { WorkspaceStore } from './workspaceStore.ts';

/** Of the seconds that VS Code waits for a window that closes. */
const portsEndMs = 700;

/** Puts the core together. Reads storage at once; does not touch an engine before it is needed. */
export function composeWorkspaces(surroundings: Surroundings): Workspaces {
  const {
    storage,
    securityLogStorage,
    engines,
    marks,
    checkFolder,
    realFolder,
    chooseUser,
    profileOf,
    owner,
    isAlive,
    platform,
    pathPatterns,
    watchFolder,
    viewFiles,
    isOpenHere,
    log,
  } = surroundings;
  const disposables = new DisposableStore();
  const store = disposables.add(new WorkspaceStore(storage, log));
  const quarantined = store.load();
  const failures = new FailureLog(log);
  const operations = disposables.add(
    new Operations(log, failures, () => surroundings.defaults().operationTimeoutMs),
  );
  const views = new ReviewViews(viewFiles, (...about) => plans.viewVolume(...about));
  const ownResumes = new OwnResumes();
  const isBusy = (id: string) => operations.isBusy(id);
  const { proxies, briefRules, keeper, egress } = disposables.add(
    composeProxies({
      ...{ ...surroundings, store, operations },
      sessionsOf: (id) => [...sessions.list(id), ...sessions.ended(id)],
      report: (finding) => void reporter.report(finding),
      onAbandoned: () => {
        agreed.reconcileSoon();
      },
    }),
  );
  const { agreed }: Agreed = disposables.add(
    composeAgreement({
      ...surroundings,
      ...{ store, operations, isBusy, views, ownResumes },
      panic: { enforce: (engine) => panic.enforce(engine) },
      isHeldHere: (id) => neighbours.holds(id),
      onAgreed: () => {
        keeper.lookAtAll();
      },
    }),
  );

  const kept = disposables.add(new KeptSecrets(surroundings.secretStore, log));
  const secrets = disposables.add(new WorkspaceSecrets({ kept, store, operations, engines: agreed, log }));
  const securityLog = disposables.add(new SecurityLog(securityLogStorage, store, log));
  const panic: Panic = disposables.add(new Panic({ store, engines, operations, securityLog, log }));
  const neighbours: FrozenNeighbours = new FrozenNeighbours({
    ...{ store, owner, isAlive, platform, realFolder, ownResumes, log },
    onLeftStill: () => {
      agreed.reconcileSoon();
    },
  });

  const watches = disposables.add(
    new FolderWatches({
      store,
      isWatchedHere: ({ id, folder }) => isOpenHere(folder) || isBusy(id),
      onDidChangeOpenFolders: surroundings.onDidChangeOpenFolders,
      resolveFolder: async (uri) => (await checkFolder(uri, undefined)).path,
      patterns: pathPatterns,
      watchFolder,
      log,
    }),
  );
  const plans: ContainerPlans = new ContainerPlans({
    ...{ checkFolder, chooseUser, profileOf },
    viewPlaces: (id) => viewFiles.mounted(id),
  });
  const { provisioner, isolationReports, latestReports }: Starts = composeStarts({
    ...surroundings,
    ...{ store, plans, proxies, neighbours, secrets, views, watches },
    findings: (id) => folders.findings(id),
    onStarted: (id, folder, facts) => folders.guard.started(id, folder, facts),
  });
  const engineOperations = new EngineOperations(store, agreed, operations, log, owner);
  const lifecycle: Lifecycle = new Lifecycle({
    ...{ store, operations: engineOperations, provisioner, neighbours, secrets, proxies, briefRules, log },
    requireResumable: (id) => folders.guard.requireNothingOpen(id),
  });
  const holding = lazily(async () => {
    const { TerminalHolding } = await import('./terminals/terminalHolding.ts');
    return new TerminalHolding({
      ...{ store, engines: agreed, neighbours, isBusy, log },
      keepAliveMs: surroundings.keepTerminalsMs,
    });
  });
  const sessions: Sessions = new Sessions({
    ...{ store, engines: agreed, log, neighbours, secrets, holding },
    wake: (id) => idle.wake(id),
  });
  const idle: Idle = disposables.add(
    composeIdle({
      ...{ ...surroundings, store, operations, engineOperations, lifecycle, sessions },
      ports: { isUsed: (id) => ports.forwards.isUsed(id) },
    }),
  );
  const processes = new OwnProcesses({ store, engines: agreed, neighbours, log });
  const ports: Ports = disposables.add(
    composePorts({
      ...{ ...surroundings, store, processes },
      wake: (id) => idle.wake(id),
      used: (id) => {
        idle.used(id);
      },
    }),
  );
  const { forwards } = ports;
  const timeline = disposables.add(
    new Timeline({ store, operations, sessions, forwards, securityLog, egress, secrets: kept }),
  );
  const reporter: SecurityReporter = new SecurityReporter({
    ...{ securityLog, marks, secrets: kept, log },
    pause: (id) => lifecycle.pause(id),
  });
  const folders: Folders = disposables.add(
    composeFolders({
      ...surroundings,
      store,
      engines: agreed,
      watches,
      neighbours,
      reporter,
      isBusy,
      hasSessions: (id) => sessions.list(id).length > 0,
      hasCopy: (id) => viewFiles.copies.has(id),
      restart: (id) => lifecycle.restart(id),
      report: (id) => service.isolationReport(id),
    }),
  );
  disposables.add(
    operations.onDidEnd((id) => {
      folders.guard.released(id);
    }),
  );
  const samples = disposables.add(new StatsSamples(engines));
  const resources = disposables.add(new Resources({ store, samples, log }));
  disposables.add(composeMonitor({ ...surroundings, store, samples, reporter, isBusy, sessions }));
  const { service, egressRules } = composeService({
    ...surroundings,
    ...{ store, operations, engineOperations, plans, provisioner, isolationReports, neighbours, lifecycle },
    ...{ sessions, forwards, securityLog, panic, secrets, views, proxies, briefRules, engines: agreed },
  });

  return {
    service,
    folders,
    timeline,
    egress,
    egressRules,
    latestReports,
    secrets,
    cleanUp: composeCleanUp({
      ...{ ...surroundings, store, engines, agreed, isBusy, securityLog },
      quarantine: folders.quarantine,
      remove: (id, options) => service.remove(id, options),
    }),
    quarantined,
    resources,
    ports,
    files: new ContainerFiles({ processes, wake: (id) => idle.wake(id) }),
    reviewGround: composeReviewGround({
      ...surroundings,
      ...{ store, engines: agreed, plans, operations, neighbours, lifecycle },
    }),
    failures,
    reconcile: () => agreed.reconcile(),
    leave: async () => {
      // What carries their connections would pass for somebody else's.
      await forwards.endAll(portsEndMs);
      await idle.leave();
    },
    facts: () => coreFacts({ store, sessions, engines, agreed, secrets, quarantined }),
    settled: () => store.settled(),
    dispose: () => {
      disposables.dispose();
    },
  };
}
