import * as vscode from 'vscode';
import { CordonError } from '../shared/errors.ts';

/** What a person reads of an error: the sentence of ours, and never the raw text of another. */
export function errorSentence(error: unknown): string {
  return error instanceof CordonError
    ? error.message
    : vscode.l10n.t('Something unexpected went wrong. The log tells more.');
}
