import * as vscode from 'vscode';
import { askText, back, type Answer, type Place } from '../quickInput.ts';

/** Asks for the number of a port. */
export async function askPort(
  place: Place,
  question: { readonly prompt: string; readonly placeholder: string; readonly value: string },
): Promise<Answer<number>> {
  const answer = await askText(place, {
    ...question,
    problemOf: (text) =>
      isPort(text) ? undefined : vscode.l10n.t('A port is a whole number from 1 to 65535.'),
  });
  return answer === undefined || answer === back ? answer : Number(answer);
}

function isPort(text: string): boolean {
  return /^\s*\d{1,5}\s*$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}
