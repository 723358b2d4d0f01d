import * as vscode from 'vscode';
import type { TimelineEntry, TimelineKind } from '../../workspaces/timeline/timelineEntry.ts';
import { withoutControlCharacters } from '../format.ts';
import { severityWord } from '../securityLogText.ts';
import type { DetailsEvent } from './detailsMessages.ts';

/** Lines that the page shows; an export has all of them. */
export const shownEvents = 200;

/** What the page shows of a timeline, newest first. */
export function detailsEvents(entries: readonly TimelineEntry[]): readonly DetailsEvent[] {
  return entries
    .slice(-shownEvents)
    .reverse()
    .map(({ at, kind, severity, text }) => ({
      at,
      kindWord: kindWord(kind),
      severity,
      severityWord: severityWord(severity),
      text: withoutControlCharacters(text),
    }));
}

function kindWord(kind: TimelineKind): string {
  switch (kind) {
    case 'operation':
      return vscode.l10n.t('operation');
    case 'container':
      return vscode.l10n.t('container');
    case 'session':
      return vscode.l10n.t('session');
    case 'network':
      return vscode.l10n.t('network');
    case 'security':
      return vscode.l10n.t('security');
  }
}
