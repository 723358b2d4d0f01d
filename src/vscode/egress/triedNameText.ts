import * as vscode from 'vscode';
import { ruleFor } from '../../isolation/egress/ruleFor.ts';
import type { TriedName } from '../../workspaces/proxy/egressTally.ts';
import { deniedWord } from '../../workspaces/proxy/egressWords.ts';
import { formatSize } from '../format.ts';

/** What became of the last try of a name, and how often it came to that. */
export function triedNameText({ verdict, reason, counts }: TriedName): string {
  const word = verdict === 'allowed' ? vscode.l10n.t('allowed') : deniedWord(reason);
  const count = counts[verdict];
  return count === 1 ? word : vscode.l10n.t('{0}, {1} times', word, count);
}

/** How much went out to a name and came back, of what has ended; `undefined` where that is nothing. */
export function carriedText({
  sentBytes,
  receivedBytes,
}: Pick<TriedName, 'sentBytes' | 'receivedBytes'>): string | undefined {
  if (sentBytes + receivedBytes === 0) return undefined;
  const size = (bytes: number) => formatSize(bytes, vscode.env.language);
  return vscode.l10n.t('{0} sent, {1} received', size(sentBytes), size(receivedBytes));
}

/** Which session ran at the last try of a name; `undefined` where that is not known. */
export function triedNameSession({ session }: Pick<TriedName, 'session'>): string | undefined {
  return session === undefined ? undefined : vscode.l10n.t('last while this ran: {0}', session);
}

/** The icon of what became of a name. */
export function triedNameIcon({ verdict }: Pick<TriedName, 'verdict'>): string {
  return verdict === 'denied' ? 'circle-slash' : 'check';
}

/** Whether one more rule would let the next try through. */
export function canBeAllowed(tried: Omit<TriedName, 'counts' | 'firstMs'>): boolean {
  return tried.verdict === 'denied' && tried.reason === 'rule' && ruleFor(tried) !== undefined;
}
