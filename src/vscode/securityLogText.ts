import * as vscode from 'vscode';
import type { SecurityCause, SecurityEntry } from '../workspaces/securityLog.ts';
import { withoutControlCharacters } from './format.ts';

/** A security log as a page of text, newest last. What it names is hostile input: nothing of it reaches another line. */
export function securityLogText(name: string, entries: readonly SecurityEntry[]): string {
  const title = vscode.l10n.t('Security log of {0}', withoutControlCharacters(name));
  if (entries.length === 0)
    return [
      title,
      '',
      vscode.l10n.t('Nothing has happened to the safety of this workspace.'),
      vscode.l10n.t(
        'What would stand here: limits that are hit, processes and networks that something else adds to the container, changes of protected files.',
      ),
      '',
    ].join('\n');
  return [title, '', ...entries.map(lineOf), ''].join('\n');
}

function lineOf({ at, severity, cause, message }: SecurityEntry): string {
  const time = at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
  return `${time}  ${severityWord(severity).padEnd(8)}  ${causeWords(cause)}: ${withoutControlCharacters(message)}`;
}

/** How bad something is, in a word for a person. */
export function severityWord(severity: SecurityEntry['severity']): string {
  switch (severity) {
    case 'info':
      return vscode.l10n.t('note');
    case 'warning':
      return vscode.l10n.t('warning');
    case 'critical':
      return vscode.l10n.t('critical');
  }
}

function causeWords(cause: SecurityCause): string {
  switch (cause) {
    case 'protectedPath':
      return vscode.l10n.t('protected path');
    case 'hiddenPath':
      return vscode.l10n.t('hidden path');
    case 'protectionLost':
      return vscode.l10n.t('protection lost');
    case 'memoryKill':
      return vscode.l10n.t('out of memory');
    case 'memoryNearLimit':
      return vscode.l10n.t('memory');
    case 'pidsLimit':
      return vscode.l10n.t('processes');
    case 'cpuThrottled':
      return vscode.l10n.t('processor');
    case 'diskGrowth':
      return vscode.l10n.t('disk');
    case 'foreignExec':
      return vscode.l10n.t('foreign process');
    case 'foreignNetwork':
      return vscode.l10n.t('foreign network');
    case 'foreignUpdate':
      return vscode.l10n.t('foreign change');
    case 'rootProcess':
      return vscode.l10n.t('root process');
    case 'cutOff':
      return vscode.l10n.t('network');
    case 'isolationNotHeld':
      return vscode.l10n.t('isolation');
    case 'panic':
      return vscode.l10n.t('panic');
  }
}
