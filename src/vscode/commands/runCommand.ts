import * as vscode from 'vscode';
import type { Log } from '../../shared/log.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import type { WorkspaceService } from '../../workspaces/workspaceService.ts';
import type { WorkspaceSecrets } from '../../workspaces/secrets/workspaceSecrets.ts';
import { allowTerminals } from '../allowTerminals.ts';
import { askSecretsOfCommand } from '../askSecretsOfCommand.ts';
import { runInTerminal } from '../commandTerminal.ts';
import { formatDuration } from '../format.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { askText, back } from '../quickInput.ts';
import type { Command } from './command.ts';
import type { Targets } from './targets.ts';

/** What running a command line needs. */
export interface RunDependencies {
  readonly service: Pick<WorkspaceService, 'start' | 'resume' | 'openSession'>;
  readonly targets: Pick<Targets, 'one'>;
  readonly secrets: Pick<WorkspaceSecrets, 'list' | 'kept'>;
  /** Remembers the last command line of each workspace, and which secrets it got. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
  readonly log: Pick<Log, 'debug' | 'warn'>;
}

/** Asks for a command line, runs it in a workspace, and tells its exit code. Cancel ends the process. */
export function runCommand(dependencies: RunDependencies): Command {
  return async (...args) => {
    const workspace = await dependencies.targets.one('runCommand', args);
    if (!workspace || !(await allowTerminals())) return;
    const { kept } = dependencies.secrets;
    await kept.learn(workspace.id);
    const isGiven = typeof args[1] === 'string';
    const commandLine = isGiven ? String(args[1]) : await askCommandLine(workspace, dependencies);
    if (commandLine === undefined) return;
    const secrets = isGiven ? [] : await askSecretsOfCommand(workspace, dependencies);
    if (!secrets || !(await makeRunning(workspace, dependencies.service))) return;
    const shown = kept.masked(workspace.id, commandLine);
    const title = vscode.l10n.t('Running "{0}" in {1}', short(shown), workspace.name);
    const end = await withProgress(title, ({ signal }) =>
      runInTerminal(workspace, { commandLine, shown, secrets }, signal, dependencies),
    );
    if (end.kind === 'exited') tellEnd(shown, end.code, end.durationMs);
  };
}

async function askCommandLine(
  workspace: Workspace,
  { memory, secrets: { kept } }: Pick<RunDependencies, 'memory' | 'secrets'>,
): Promise<string | undefined> {
  const key = `lastCommand/${workspace.id}`;
  const last = memory.get<unknown>(key);
  const answer = await askText(
    { title: vscode.l10n.t('Run Command in {0}', workspace.name) },
    {
      prompt: vscode.l10n.t('Runs with sh in /workspace'),
      placeholder: 'npm test',
      value: typeof last === 'string' ? last : '',
    },
  );
  if (answer === undefined || answer === back || answer.trim() === '') return undefined;
  // What VS Code remembers is not encrypted.
  if (kept.masked(workspace.id, answer) === answer) await memory.update(key, answer);
  return answer;
}

async function makeRunning(
  workspace: Workspace,
  service: Pick<WorkspaceService, 'start' | 'resume'>,
): Promise<boolean> {
  const { kind } = workspace.container;
  // The command itself wakes one that sleeps because nobody used it.
  if (kind === 'running' || workspace.idle) return true;
  const button = vscode.l10n.t('Start Workspace');
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Workspace {0} is not running.', withoutLinks(workspace.name)),
    button,
  );
  if (answer !== button) return false;
  await withProgress(vscode.l10n.t('Starting {0}', workspace.name), (options) =>
    kind === 'paused' ? service.resume(workspace.id, options) : service.start(workspace.id, options),
  );
  return true;
}

function tellEnd(commandLine: string, exitCode: number, durationMs: number): void {
  const sentence = vscode.l10n.t(
    'Exit code {0} after {1}: {2}',
    exitCode,
    formatDuration(durationMs),
    withoutLinks(short(commandLine)),
  );
  if (exitCode === 0) void vscode.window.showInformationMessage(sentence);
  else void vscode.window.showWarningMessage(sentence);
}

function short(commandLine: string): string {
  return commandLine.length > 60 ? `${commandLine.slice(0, 59)}…` : commandLine;
}
