import * as vscode from 'vscode';
import { findProfile } from '../isolation/ownProfiles.ts';
import { DisposableStore, type Disposable } from '../shared/disposable.ts';
import type { FailureLog } from '../shared/failureLog.ts';
import type { Reconciliation } from '../workspaces/agreement.ts';
import type { EngineSource } from '../workspaces/containerEngine.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import type { DiagnosisSource } from './commands/diagnose.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { runLogged } from './commands/runLogged.ts';
import { Targets } from './commands/targets.ts';
import { ContainerLogs } from './containerLog.ts';
import { ContainerFileSystem } from './containerFiles/containerFileSystem.ts';
import { keepContextKeys } from './contextKeys.ts';
import { CordonError } from '../shared/errors.ts';
import { DebugConfigurations } from './debug/debugConfigurations.ts';
import type { ResourceSource } from './details/resourceSource.ts';
import { DetailsPanels } from './details/detailsPanels.ts';
import { EgressAlerts } from './egress/egressAlerts.ts';
import { EngineTree } from './engineTree.ts';
import { LanguageServers } from './languageServers/languageServers.ts';
import type { OpenFolders } from './openFolders.ts';
import { profileOffers } from './profileOffers.ts';
import { keepPortKeys } from './ports/portKeys.ts';
import { PortLooks } from './ports/portLooks.ts';
import { ProtectedPathQuestions } from './protectedPathQuestions.ts';
import { ReadonlyDocuments } from './readonlyDocuments.ts';
import { ResourceNumbers } from './resourceNumbers.ts';
import type { LazyReviews } from '../review/lazyReviews.ts';
import { ChangeDocuments } from './review/changeDocuments.ts';
import { tellLeftBehind } from './review/keptOriginals.ts';
import { Merges } from './review/merges.ts';
import { ReviewControls } from './review/reviewControls.ts';
import { SecurityAlerts } from './securityAlerts.ts';
import type { Settings } from './settings.ts';
import { StatusBar } from './statusBar.ts';
import { registerTasks } from './tasks/registerTasks.ts';
import { registerTerminalProfile } from './terminalProfile.ts';
import { KeptTerminals } from './terminals/keptTerminals.ts';
import { restoreTerminals } from './terminals/restoreTerminals.ts';
import { TerminalCloses } from './terminals/terminalCloses.ts';
import { registerTerminalLinks } from './terminals/terminalLinks.ts';
import { viewMessage } from './viewMessage.ts';
import { WorkspaceTree } from './workspaceTree.ts';

/** What a window of VS Code shows of Cordon, and with what it works. */
export interface WindowDependencies {
  readonly service: WorkspaceService;
  readonly engines: EngineSource;
  readonly folders: OpenFolders;
  readonly log: vscode.LogOutputChannel;
  readonly settings: Pick<Settings, 'current' | 'onDidChange'>;
  /** How many stored entries could not be read and were set aside. */
  readonly quarantined: number;
  /** What running workspaces use. */
  readonly resources: ResourceSource;
  /** Notices and forwards ports. */
  readonly ports: Workspaces['ports'];
  readonly files: Workspaces['files'];
  readonly failures: FailureLog;
  /** Whether the window is being closed. */
  readonly isLeaving: () => boolean;
  /** Asks about what comes up in folders, and keeps what was moved out of them. */
  readonly guarded: Pick<Workspaces['folders'], 'guard' | 'quarantine'>;
  /** Lists the changes of workspaces in review mode, and makes them in the folder. */
  readonly reviews: Pick<LazyReviews, keyof LazyReviews>;
  readonly timeline: Workspaces['timeline'];
  readonly egress: Workspaces['egress'];
  readonly egressRules: Workspaces['egressRules'];
  readonly latestReports: Workspaces['latestReports'];
  readonly secrets: Workspaces['secrets'];
  /** Finds and removes what is left over. */
  readonly cleanUp: Workspaces['cleanUp'];
  /** Makes records and engine agree once more. */
  reconcile(): Promise<Reconciliation>;
  readonly diagnosis: DiagnosisSource;
}

/** Registers views, commands, status bar and terminals of a window. It asks the engine nothing. */
export function registerWindow(
  context: Pick<vscode.ExtensionContext, 'workspaceState' | 'extensionUri'>,
  dependencies: WindowDependencies,
): Disposable {
  const { service, engines, folders, log, settings, failures, reviews } = dependencies;
  const store = new DisposableStore();
  const alerts = store.add(
    new SecurityAlerts(service, (work) => void runLogged('security alert', { log, failures }, work)),
  );
  const { ports } = dependencies;
  const looks = store.add(new PortLooks(ports.watch));
  const tree = store.add(
    new WorkspaceTree(
      service,
      folders,
      alerts,
      dependencies.resources,
      { ...ports, looks },
      dependencies.egress,
      dependencies.egressRules,
    ),
  );
  const view = store.add(
    vscode.window.createTreeView('cordon.workspaces', {
      treeDataProvider: tree,
      canSelectMany: true,
      showCollapseAll: true,
    }),
  );
  looks.follow(view);
  store.add(
    new ResourceNumbers(view, dependencies.resources, (id) => {
      tree.redrawNumbers(id);
    }),
  );
  store.add(new EgressAlerts({ service, egress: dependencies.egress }));
  store.add(new ProtectedPathQuestions({ ...dependencies, guard: dependencies.guarded.guard }));
  const engineTree = store.add(new EngineTree(engines));
  store.add(vscode.window.registerTreeDataProvider('cordon.engines', engineTree));
  store.add(new StatusBar(service, engines, folders));
  store.add(keepContextKeys({ service, engines, folders }));
  store.add(keepPortKeys(service, ports.forwards));
  store.add(new ContainerFileSystem(service, dependencies.files));
  const languageServers = store.add(
    new LanguageServers({
      ...{ service, folders, failures, settings, files: dependencies.files },
      memory: context.workspaceState,
    }),
  );
  const terminals = {
    ...{ service, log, failures },
    kept: new KeptTerminals(context.workspaceState, log),
    closes: store.add(new TerminalCloses(dependencies.isLeaving)),
  };
  store.add(registerTerminalProfile({ ...terminals, folders }));
  store.add(restoreTerminals(terminals));
  store.add(registerTerminalLinks({ service, folders }));
  store.add(registerTasks({ service, log, failures, folders }));
  store.add(new DebugConfigurations({ service, folders, ports }));
  store.add(tellLeftBehind({ reviews, service, failures }));
  const changeDocuments = store.add(new ChangeDocuments(reviews));
  store.add(
    registerCommands({
      ...terminals,
      engines,
      folders,
      ports,
      files: dependencies.files,
      targets: new Targets(service, folders, () => view.selection),
      alerts,
      documents: store.add(new ReadonlyDocuments()),
      logs: store.add(new ContainerLogs(service, log)),
      details: store.add(new DetailsPanels({ ...dependencies, extensionUri: context.extensionUri })),
      timeline: dependencies.timeline,
      egressRules: dependencies.egressRules,
      reviews,
      changeDocuments,
      merges: store.add(new Merges(reviews, changeDocuments)),
      reviewControls: store.add(
        new ReviewControls(service, reviews, changeDocuments, {
          onDidChange: settings.onDidChange,
          // Other folders are followed by the windows in which they are open.
          isFollowed: (workspace) => settings.current.reviewFollows && folders.has(workspace),
          failures: dependencies.failures,
        }),
      ),
      memory: context.workspaceState,
      secrets: dependencies.secrets,
      languageServers,
      quarantine: dependencies.guarded.quarantine,
      cleanUp: dependencies.cleanUp,
      defaults: () => settings.current.defaults,
      profileOf: (name) => findProfile(name, settings.current.profiles),
      offers: () =>
        profileOffers(
          settings.current.profiles,
          engines.state.kind === 'connected' ? engines.state.info.runtimes : undefined,
        ),
      reveal: (id) => {
        if (!view.visible || !service.get(id)) return;
        void view.reveal(tree.nodeOf(id)).then(undefined, (error: unknown) => {
          log.debug('A row could not be revealed.', error);
        });
      },
      reconcile: () => dependencies.reconcile(),
      diagnosis: dependencies.diagnosis,
      refresh: async () => {
        const { error } = await vscode.window.withProgress(
          { location: { viewId: 'cordon.workspaces' } },
          () => dependencies.reconcile(),
        );
        tree.refresh();
        if (error) throw new CordonError(error.code, error.message);
      },
    }),
  );

  const tellEngine = () => {
    view.message = viewMessage(engines.state, service.list().length > 0);
  };
  tellEngine();
  store.add(engines.onDidChangeState(tellEngine));
  store.add(service.onDidChange(tellEngine));
  tellQuarantined(dependencies.quarantined);
  return store;
}

function tellQuarantined(count: number): void {
  if (count === 0) return;
  const button = vscode.l10n.t('Show Log');
  void vscode.window
    .showWarningMessage(
      vscode.l10n.t(
        'Stored workspaces that could not be read: {0}. What was stored was set aside, and is not lost.',
        count,
      ),
      button,
    )
    .then((answer) => {
      if (answer === button) void vscode.commands.executeCommand('cordon.showLog');
    });
}
