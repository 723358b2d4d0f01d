import type * as vscode from 'vscode';
import type { FailureLog } from '../../shared/failureLog.ts';
import { usualNetwork, type ProfileLookup } from '../../isolation/profiles.ts';
import type { Reconciliation } from '../../workspaces/agreement.ts';
import type { EngineSource } from '../../workspaces/containerEngine.ts';
import type { CleanUp } from '../../workspaces/cleanUp/cleanUp.ts';
import type { WorkspaceDefaults } from '../../workspaces/defaults.ts';
import type { Quarantine } from '../../workspaces/folders/quarantine.ts';
import type { WorkspaceSecrets } from '../../workspaces/secrets/workspaceSecrets.ts';
import type { Timeline } from '../../workspaces/timeline/timeline.ts';
import type { Workspaces } from '../../workspaces/workspaces.ts';
import type { CreateWorkspaceRequest } from '../../workspaces/workspaceRequest.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { CommandId } from '../commandIds.ts';
import type { ContainerLogs } from '../containerLog.ts';
import type { DetailsPanels } from '../details/detailsPanels.ts';
import { HardLinkQuestion } from '../hardLinkQuestion.ts';
import type { LanguageServers } from '../languageServers/languageServers.ts';
import type { OpenFolders } from '../openFolders.ts';
import type { ProfileOffer } from '../profileOffers.ts';
import type { ReadonlyDocuments } from '../readonlyDocuments.ts';
import type { LazyReviews } from '../../review/lazyReviews.ts';
import type { ChangeDocuments } from '../review/changeDocuments.ts';
import type { Merges } from '../review/merges.ts';
import type { ReviewControls } from '../review/reviewControls.ts';
import type { SecurityAlerts } from '../securityAlerts.ts';
import type { KeptTerminals } from '../terminals/keptTerminals.ts';
import type { TerminalCloses } from '../terminals/terminalCloses.ts';
import { archiveWorkspaces } from './archiveWorkspaces.ts';
import { openChange } from './openChange.ts';
import { reviewCommands } from './reviewCommands.ts';
import { attachDebugger } from './attachDebugger.ts';
import { browseFiles } from './browseFiles.ts';
import { cleanUp } from './cleanUp.ts';
import {
  pauseWorkspaces,
  restartWorkspaces,
  restoreWorkspaces,
  resumeWorkspaces,
  startWorkspaces,
  stopWorkspaces,
} from './changeState.ts';
import type { Command } from './command.ts';
import { createWorkspace } from './createWorkspace.ts';
import { createWorkspaceWithOptions } from './createWorkspaceWithOptions.ts';
import { decideName } from './decideName.ts';
import { deleteWorkspaces } from './deleteWorkspaces.ts';
import { diagnose, type DiagnosisSource } from './diagnose.ts';
import { editEgress } from './editEgress.ts';
import { editWorkspace } from './editWorkspace.ts';
import { endSession } from './endSession.ts';
import { exportTimeline } from './exportTimeline.ts';
import { forwardPort } from './forwardPort.ts';
import { retryEngine, showEngines } from './engineCommands.ts';
import { copyId, openFolder, revealFolder } from './folderCommands.ts';
import { learnNames } from './learnNames.ts';
import { manageSecrets } from './manageSecrets.ts';
import { copyPortAddress, labelPort, openPort, stopForwardingPort } from './portCommands.ts';
import { openTerminal } from './openTerminal.ts';
import { openTerminalHere } from './openTerminalHere.ts';
import { openTerminalWithShell } from './openTerminalWithShell.ts';
import { panic } from './panic.ts';
import { reconcileWithEngine } from './reconcile.ts';
import { releaseWorkspaces } from './releaseWorkspaces.ts';
import { removeSecret } from './removeSecret.ts';
import { renameWorkspace } from './renameWorkspace.ts';
import { runCommand } from './runCommand.ts';
import { runLogged } from './runLogged.ts';
import { setSecret } from './setSecret.ts';
import { showContainerLog } from './showContainerLog.ts';
import { showDetails } from './showDetails.ts';
import { showIsolation } from './showIsolation.ts';
import { showLanguageServers } from './showLanguageServers.ts';
import { showQuarantine } from './showQuarantine.ts';
import { showSecurityLog } from './showSecurityLog.ts';
import { statusActions } from './statusActions.ts';
import type { Targets } from './targets.ts';

/** What the commands of a window work with; each gets only the part that it needs. */
export interface CommandDependencies {
  readonly service: WorkspaceService;
  readonly engines: EngineSource;
  readonly folders: OpenFolders;
  readonly targets: Targets;
  readonly documents: ReadonlyDocuments;
  readonly alerts: SecurityAlerts;
  readonly logs: ContainerLogs;
  readonly details: DetailsPanels;
  readonly timeline: Pick<Timeline, 'entries'>;
  readonly egressRules: Workspaces['egressRules'];
  readonly log: vscode.LogOutputChannel;
  readonly failures: FailureLog;
  readonly kept: KeptTerminals;
  readonly closes: TerminalCloses;
  readonly ports: Workspaces['ports'];
  readonly files: Workspaces['files'];
  readonly reviews: Pick<LazyReviews, keyof LazyReviews>;
  readonly reviewControls: Pick<ReviewControls, 'list' | 'of'>;
  readonly changeDocuments: Pick<ChangeDocuments, 'uri'>;
  readonly merges: Pick<Merges, 'open' | 'accept'>;
  readonly memory: vscode.Memento;
  readonly secrets: WorkspaceSecrets;
  readonly quarantine: Pick<Quarantine, 'list' | 'restore'>;
  readonly languageServers: Pick<LanguageServers, 'list' | 'declined' | 'takeBack'>;
  readonly cleanUp: Pick<CleanUp, 'find' | 'remove'>;
  readonly defaults: () => WorkspaceDefaults;
  readonly profileOf: ProfileLookup;
  readonly offers: () => readonly ProfileOffer[];
  readonly reveal: (id: string) => void;
  readonly refresh: () => Promise<void>;
  readonly reconcile: () => Promise<Reconciliation>;
  readonly diagnosis: DiagnosisSource;
}

/** What runs for each command of package.json. It is loaded when the first of them is called. */
export function commandTable(dependencies: CommandDependencies): Readonly<Record<CommandId, Command>> {
  const { log, refresh } = dependencies;
  const run = (id: string, command: () => Promise<void>) => runLogged(id, dependencies, command);
  const create = {
    ...dependencies,
    hardLinks: new HardLinkQuestion(dependencies.memory),
    usualMount: ({ mount, profile }: CreateWorkspaceRequest) =>
      mount ?? dependencies.profileOf(profile ?? dependencies.defaults().profile).mount,
    usualNetwork: ({ network, profile }: CreateWorkspaceRequest) => {
      const { network: setting, profile: usualProfile } = dependencies.defaults();
      return network ?? usualNetwork(dependencies.profileOf(profile ?? usualProfile), setting);
    },
    runLater: (command: Command) => void run('cordon.createWorkspace', () => command()),
  };
  const change = {
    ...dependencies,
    runLater: (work: () => Promise<void>) => void run('a button of a summary', work),
  };
  return {
    'cordon.createWorkspace': createWorkspace(create),
    'cordon.createWorkspaceWithOptions': createWorkspaceWithOptions(create),
    'cordon.start': startWorkspaces(change),
    'cordon.stop': stopWorkspaces(change),
    'cordon.restart': restartWorkspaces(change),
    'cordon.pause': pauseWorkspaces(change),
    'cordon.resume': resumeWorkspaces(change),
    'cordon.openTerminal': openTerminal(dependencies),
    'cordon.openTerminalWithShell': openTerminalWithShell(dependencies),
    'cordon.openTerminalHere': openTerminalHere(dependencies),
    'cordon.runCommand': runCommand(dependencies),
    'cordon.endSession': endSession(dependencies),
    'cordon.forwardPort': forwardPort(change),
    'cordon.openPort': openPort(dependencies),
    'cordon.copyPortAddress': copyPortAddress(dependencies),
    'cordon.labelPort': labelPort(dependencies),
    'cordon.stopForwardingPort': stopForwardingPort(dependencies),
    'cordon.browseFiles': browseFiles(dependencies),
    'cordon.attachDebugger': attachDebugger(dependencies),
    'cordon.openChange': openChange(dependencies),
    ...reviewCommands(dependencies),
    'cordon.edit': editWorkspace(dependencies),
    'cordon.rename': renameWorkspace(dependencies),
    'cordon.editEgress': editEgress(dependencies),
    'cordon.allowName': decideName(dependencies, 'allow'),
    'cordon.allowNameForNow': decideName(dependencies, 'allowForNow'),
    'cordon.denyName': decideName(dependencies, 'deny'),
    'cordon.learnNames': learnNames(dependencies),
    'cordon.setSecret': setSecret(dependencies),
    'cordon.removeSecret': removeSecret(dependencies),
    'cordon.manageSecrets': manageSecrets(dependencies),
    'cordon.archive': archiveWorkspaces(change),
    'cordon.restore': restoreWorkspaces(change),
    'cordon.delete': deleteWorkspaces(change),
    'cordon.showLog': () => {
      log.show();
      return Promise.resolve();
    },
    'cordon.showContainerLog': showContainerLog(dependencies),
    'cordon.showIsolation': showIsolation(dependencies),
    'cordon.showSecurityLog': showSecurityLog(dependencies),
    'cordon.showDetails': showDetails(dependencies),
    'cordon.exportTimeline': exportTimeline(dependencies),
    'cordon.showQuarantine': showQuarantine(dependencies),
    'cordon.showLanguageServers': showLanguageServers(dependencies),
    'cordon.panic': panic(dependencies),
    'cordon.releaseWorkspaces': releaseWorkspaces(dependencies),
    'cordon.copyId': copyId(dependencies),
    'cordon.revealFolder': revealFolder(dependencies),
    'cordon.openFolder': openFolder(dependencies),
    'cordon.retryEngine': retryEngine(dependencies),
    'cordon.showEngines': showEngines(dependencies),
    'cordon.statusActions': statusActions(dependencies),
    'cordon.refresh': refresh,
    'cordon.reconcile': reconcileWithEngine(dependencies),
    'cordon.cleanUp': cleanUp(dependencies),
    'cordon.diagnose': diagnose(dependencies),
  };
}
