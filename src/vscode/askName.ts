import * as vscode from 'vscode';
import { parseWorkspaceName } from '../isolation/workspaceName.ts';
import { errorSentence } from './errorSentence.ts';
import { askText, type Answer, type Place } from './quickInput.ts';

/** Asks for the name of a workspace, and says at once what is wrong with one. */
export async function askName(place: Place, value: string): Promise<Answer<string>> {
  return askText(place, {
    prompt: vscode.l10n.t('Name of the workspace, 1 to 100 characters'),
    value,
    problemOf: (text) => {
      try {
        parseWorkspaceName(text);
        return undefined;
      } catch (error) {
        return errorSentence(error);
      }
    },
  });
}
