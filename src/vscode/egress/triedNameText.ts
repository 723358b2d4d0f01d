import { isIP } from 'node:net';
import * as vscode from 'vscode';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { deniedWord } from '../../workspaces/proxy/egressWords.ts';

/** What became of the last try of a name, and how often it came to that. */
export function triedNameText({ verdict, reason, counts }: TriedName): string {
  const word = verdict === 'allowed' ? vscode.l10n.t('allowed') : deniedWord(reason);
  const count = counts[verdict];
  return count === 1 ? word : vscode.l10n.t('{0}, {1} times', word, count);
}

/** The icon of what became of a name. */
export function triedNameIcon({ verdict }: Pick<TriedName, 'verdict'>): string {
  return verdict === 'denied' ? 'circle-slash' : 'check';
}

/** Whether a rule would let the next try through. Rules are about names only. */
export function canBeAllowed({ host, verdict, reason }: Omit<TriedName, 'counts'>): boolean {
  return verdict === 'denied' && reason === 'rule' && isIP(host.replaceAll(/[[\]]/g, '')) === 0;
}
