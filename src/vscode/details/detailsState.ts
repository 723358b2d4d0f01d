import * as vscode from 'vscode';
import { bytesPerMiB } from '../../shared/units.ts';
import type { SessionInfo } from '../../workspaces/session.ts';
import type { Workspace } from '../../workspaces/workspace.ts';
import { describeLimits, describeMount, describeNetwork } from '../choices.ts';
import { withoutControlCharacters } from '../format.ts';
import { folderPathOf } from '../openFolders.ts';
import { sessionStateWord, sessionWord } from '../sessionWords.ts';
import { stateWord } from '../stateWords.ts';
import { isPossible, shownStateOf } from '../workspaceActions.ts';
import type { DetailsFact, DetailsState } from './detailsMessages.ts';

/** What the page says of a workspace, and of sessions that run in it or ended. */
export function detailsState(workspace: Workspace, sessions: readonly SessionInfo[]): DetailsState {
  const { container, limits, network, mount } = workspace;
  const word = stateWord(shownStateOf(workspace));
  return {
    title: plain(workspace.name),
    summary: summaryOf(workspace, word),
    facts: [
      fact(vscode.l10n.t('State'), stateInFull(workspace, word)),
      ...('startedAt' in container && container.startedAt
        ? [{ ...fact(vscode.l10n.t('Started'), container.startedAt), isTime: true }]
        : []),
      fact(vscode.l10n.t('Folder'), folderPathOf(workspace)),
      fact(vscode.l10n.t('Image'), workspace.image),
      fact(vscode.l10n.t('Profile'), workspace.profile),
      fact(vscode.l10n.t('Network'), `${network}: ${describeNetwork(network)}`),
      fact(vscode.l10n.t('Mount'), `${mount}: ${describeMount(mount)}`),
      fact(vscode.l10n.t('Limits'), describeLimits(limits)),
      ...('id' in container ? [fact(vscode.l10n.t('Container'), container.id.slice(0, 12))] : []),
      ...(workspace.lastError ? [fact(vscode.l10n.t('Last error'), workspace.lastError.message)] : []),
    ],
    sessions: sessions.map(({ kind, command, startedAt, state }) => ({
      kind: sessionWord(kind),
      command: plain(command.join(' ')).slice(0, 500),
      startedAt,
      state: sessionStateWord(state),
    })),
    limits: { cpuCores: limits.cpus, memoryBytes: limits.memoryMiB * bytesPerMiB, pids: limits.pids },
    canCheck: isPossible('showIsolation', workspace),
    isThere: true,
  };
}

/** What the page says of a workspace that was deleted. */
export function goneState(title: string): DetailsState {
  return {
    title: plain(title),
    summary: vscode.l10n.t('This workspace does not exist any more.'),
    facts: [],
    sessions: [],
    limits: { cpuCores: 0, memoryBytes: 0, pids: 0 },
    canCheck: false,
    isThere: false,
  };
}

function summaryOf({ profile, isolation }: Workspace, word: string): string {
  return isolation
    ? vscode.l10n.t('{0}, profile {1}, isolation {2}', word, profile, isolation.grade)
    : vscode.l10n.t('{0}, profile {1}', word, profile);
}

function stateInFull({ container }: Workspace, word: string): string {
  const parts = [word];
  if ('reason' in container && container.reason) parts.push(container.reason);
  else if ('exitCode' in container) parts.push(vscode.l10n.t('exit code {0}', container.exitCode));
  return parts.join(' · ');
}

function fact(label: string, value: string): DetailsFact {
  return { label, value: plain(value), isTime: false };
}

const plain = withoutControlCharacters;
