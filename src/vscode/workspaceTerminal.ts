import { posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { workspaceFolder } from '../isolation/imageVolumes.ts';
import { hasCode } from '../shared/errors.ts';
import type { FailureLog } from '../shared/failureLog.ts';
import type { Log } from '../shared/log.ts';
import type { Session, SessionRequest } from '../workspaces/session.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { errorSentence } from './errorSentence.ts';
import { withoutIcons } from './inertText.ts';
import { SessionTerminal } from './sessionTerminal.ts';
import { stateWord } from './stateWords.ts';
import type { KeptTerminals } from './terminals/keptTerminals.ts';
import type { TerminalCloses } from './terminals/terminalCloses.ts';
import { shownStateOf } from './workspaceActions.ts';

/** Exit codes from here on tell of a signal. */
const firstSignalExitCode = 128;
/** How long after a shell the end of its container may become known. */
const containerEndMs = 400;

/** What a terminal in a workspace needs. */
export interface TerminalDependencies {
  readonly service: Pick<WorkspaceService, 'get' | 'start' | 'resume' | 'openSession'>;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  readonly failures: FailureLog;
  /** Those that outlive this window. */
  readonly kept: KeptTerminals;
  readonly closes: Pick<TerminalCloses, 'areByWindow'>;
}

/** Where a terminal begins, and with what. */
interface TerminalBegin {
  readonly cwd?: string;
  readonly shell?: string;
  /** A shell that runs since an earlier window, and what its terminal was called there. */
  readonly takenUp?: { readonly session: Session; readonly title: string };
}

/** A terminal with a shell in the workspace; one that does not run is started there after Enter. */
export function workspaceTerminal(
  workspace: { readonly id: string; readonly name: string },
  dependencies: TerminalDependencies,
  { cwd = workspaceFolder, shell, takenUp }: TerminalBegin = {},
): vscode.ExtensionTerminalOptions {
  const terminal = new SessionTerminal(dependencies.log);
  const title = takenUp?.title ?? nameOf(workspace.name, cwd, shell);
  const request: SessionRequest = {
    kind: 'terminal',
    hold: true,
    cwd,
    ...(shell !== undefined && { shell }),
  };
  terminal.place = { workspaceId: workspace.id, cwd };
  terminal.outlives = () => dependencies.closes.areByWindow(terminal);
  terminal.onOpen = () => {
    // VS Code leaves its panel hidden for a terminal that it made from a profile.
    if (!takenUp)
      vscode.window.terminals
        .find(({ creationOptions: made }) => 'pty' in made && made.pty === terminal)
        ?.show();
    void runShell(terminal, { id: workspace.id, title, request, takenUp: takenUp?.session }, dependencies);
  };
  return {
    name: withoutIcons(title),
    pty: terminal,
    iconPath: new vscode.ThemeIcon('shield'),
    isTransient: true,
  };
}

/** With what sets it apart from the usual shell in the folder of the workspace. */
function nameOf(workspace: string, cwd: string, shell: string | undefined): string {
  const parts = [posix.relative(workspaceFolder, cwd), shell === undefined ? '' : posix.basename(shell)];
  return [workspace, ...parts.filter(Boolean)].join(' · ');
}

async function runShell(
  terminal: SessionTerminal,
  begin: {
    readonly id: string;
    readonly title: string;
    readonly request: SessionRequest;
    readonly takenUp: Session | undefined;
  },
  { service, failures, kept }: TerminalDependencies,
): Promise<void> {
  const { id, title, request } = begin;
  for (let { takenUp } = begin; ; takenUp = undefined) {
    if (!takenUp && !(await makeRunning(terminal, id, { service, failures }))) break;
    let session: Session | undefined;
    const end = await terminal.run(async (size) => {
      session = takenUp ?? (await service.openSession(id, { ...request, terminal: size }));
      if (session.held)
        kept.remember(terminal, { ...session.held, title, cwd: request.cwd ?? workspaceFolder });
      return session;
    });
    if (terminal.goesOn) return;
    const goesOnElsewhere = end.kind === 'failed' && hasCode(end.error, 'conflict');
    if (session?.held && !goesOnElsewhere) kept.forget(session.id);
    if (end.kind === 'exited') {
      if (await wasStopped(id, end.code, service)) continue;
      terminal.closeWith(end.code);
      return;
    }
    if (end.kind === 'ended') return;
    failures.write('A terminal ended with an error', end.error);
    terminal.say(errorSentence(end.error));
    // A program can say what an engine says.
    if (!hasCode(end.error, 'notRunning') || service.get(id)?.container.kind === 'running') {
      terminal.say(vscode.l10n.t('Press Enter to try again, or close the terminal.'));
      if (!(await terminal.waitForEnter())) break;
    }
  }
  if (!terminal.isClosed) terminal.closeWith(0);
}

/** Whether the shell ended because its container did: the terminal then stays, and offers to start the workspace. */
async function wasStopped(
  id: string,
  exitCode: number,
  service: Pick<WorkspaceService, 'get'>,
): Promise<boolean> {
  // The engine tells the end of a shell that was killed a moment before the end of its container.
  if (exitCode >= firstSignalExitCode) await delay(containerEndMs);
  return service.get(id)?.container.kind !== 'running';
}

/** Offers to start or resume the workspace until it runs. False when the person does not want to, or it is deleted. */
async function makeRunning(
  terminal: SessionTerminal,
  id: string,
  { service, failures }: Pick<TerminalDependencies, 'service' | 'failures'>,
): Promise<boolean> {
  for (;;) {
    const workspace = service.get(id);
    if (!workspace) {
      terminal.say(
        vscode.l10n.t('This workspace does not exist any more. Press Enter to close the terminal.'),
      );
      await terminal.waitForEnter();
      return false;
    }
    const state = shownStateOf(workspace);
    // The terminal itself wakes one that sleeps because nobody used it.
    if (state === 'running' || workspace.idle) return true;
    terminal.say(
      vscode.l10n.t(
        'Workspace {0} is not running ({1}). Press Enter to start it, or close the terminal.',
        workspace.name,
        stateWord(state),
      ),
    );
    if (!(await terminal.waitForEnter())) return false;
    try {
      await terminal.whileStarting((options) =>
        state === 'paused' ? service.resume(id, options) : service.start(id, options),
      );
    } catch (error) {
      if (!hasCode(error, 'cancelled'))
        failures.write('A workspace could not be started from its terminal', error);
      terminal.say(errorSentence(error));
    }
  }
}
