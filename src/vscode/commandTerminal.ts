import * as vscode from 'vscode';
import { workspaceFolder } from '../isolation/imageVolumes.ts';
import { hasCode } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { WorkspaceService } from '../workspaces/workspaceService.ts';
import { errorSentence } from './errorSentence.ts';
import { formatDuration } from './format.ts';
import { withoutIcons } from './inertText.ts';
import { SessionTerminal, type SessionEnd } from './sessionTerminal.ts';

/** How a command came to its end, and after how long. */
export type CommandEnd = Exclude<SessionEnd, { kind: 'failed' }> & { readonly durationMs: number };

/** What is run: as it is, as it may be shown, and with which secrets in its environment. */
export interface CommandOfPerson {
  readonly commandLine: string;
  readonly shown: string;
  readonly secrets: readonly string[];
}

/**
 * Runs a command line in the workspace, with its output in a terminal that stays open to read. Aborting the signal
 * ends the process in the container, and so does closing the terminal. Rejects when it could not run.
 */
export async function runInTerminal(
  workspace: { readonly id: string; readonly name: string },
  command: CommandOfPerson,
  signal: AbortSignal,
  dependencies: {
    readonly service: Pick<WorkspaceService, 'openSession'>;
    readonly log: Pick<Log, 'debug' | 'warn'>;
  },
): Promise<CommandEnd> {
  const { service, log } = dependencies;
  const pty = new SessionTerminal(log);
  pty.place = { workspaceId: workspace.id, cwd: workspaceFolder };
  const opened = new Promise<void>((resolve) => {
    pty.onOpen = resolve;
  });
  const terminal = vscode.window.createTerminal({
    name: withoutIcons(`${workspace.name}: ${command.shown.slice(0, 40)}`),
    pty,
    iconPath: new vscode.ThemeIcon('play'),
    isTransient: true,
  });
  terminal.show(true);
  const onAbort = () => void pty.end();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await opened;
    const startedAt = performance.now();
    const end = await pty.run((size) =>
      service.openSession(workspace.id, {
        kind: 'command',
        command: ['sh', '-c', command.commandLine],
        secrets: command.secrets,
        terminal: size,
        stdin: true,
      }),
    );
    const durationMs = performance.now() - startedAt;
    pty.say(lastLine(end, durationMs));
    void closeOnEnter(pty);
    if (end.kind === 'failed') throw end.error;
    return { ...end, durationMs };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function lastLine(end: SessionEnd, durationMs: number): string {
  const duration = formatDuration(durationMs);
  switch (end.kind) {
    case 'exited':
      return vscode.l10n.t('Exit code {0} after {1}. Press Enter to close the terminal.', end.code, duration);
    case 'ended':
      return vscode.l10n.t('Cancelled after {0}.', duration);
    case 'failed':
      return hasCode(end.error, 'cancelled') ? vscode.l10n.t('Cancelled.') : errorSentence(end.error);
  }
}

async function closeOnEnter(pty: SessionTerminal): Promise<void> {
  if (await pty.waitForEnter()) pty.closeWith(0);
}
