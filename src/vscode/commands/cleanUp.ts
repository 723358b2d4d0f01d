import * as vscode from 'vscode';
import { CordonError } from '../../shared/errors.ts';
import type { CleanUp, CleanUpOffer, CleanUpOutcome } from '../../workspaces/cleanUp/cleanUp.ts';
import { losesNothing, type CleanUpItem } from '../../workspaces/cleanUp/cleanUpItem.ts';
import { formatAge, formatSize } from '../format.ts';
import { withoutLinks } from '../inertText.ts';
import { withProgress } from '../progress.ts';
import { ask, back } from '../quickInput.ts';
import { cleanUpKinds, headingOf, inertName } from './cleanUpWords.ts';
import type { Command } from './command.ts';
import { confirmCleanUp, type ConfirmDependencies } from './confirmCleanUp.ts';

interface ItemPick extends vscode.QuickPickItem {
  /** Missing for a heading. */
  readonly item?: CleanUpItem;
}

/** Shows what Cordon has left over, and removes what is ticked. */
export function cleanUp(
  dependencies: ConfirmDependencies & { readonly cleanUp: Pick<CleanUp, 'find' | 'remove'> },
): Command {
  const { cleanUp: core } = dependencies;
  return async () => {
    const offer = await withProgress(vscode.l10n.t('Looking for what could be cleaned up'), ({ signal }) =>
      core.find(signal),
    );
    if (offer.items.length === 0) {
      tellNothing(offer);
      return;
    }
    const chosen = await pickItems(offer);
    if (chosen.length === 0 || !(await confirmCleanUp(chosen, dependencies))) return;
    const outcomes = await withProgress(vscode.l10n.t('Cleaning up'), (options) =>
      core.remove(chosen, options),
    );
    tellOutcome(outcomes);
  };
}

async function pickItems({ items, problems }: CleanUpOffer): Promise<readonly CleanUpItem[]> {
  const input = vscode.window.createQuickPick<ItemPick>();
  input.canSelectMany = true;
  input.matchOnDescription = true;
  input.matchOnDetail = true;
  input.placeholder =
    problems.length === 0
      ? vscode.l10n.t('Tick what is to be removed')
      : vscode.l10n.t(
          'Not everything could be looked through. {0}',
          problems.map(({ message }) => message).join(' '),
        );
  const rows = rowsOf(items);
  input.items = rows;
  input.selectedItems = rows.filter(({ item }) => item && losesNothing(item));
  const title = (ticked: readonly ItemPick[]) =>
    vscode.l10n.t('Clean Up: {0} of {1} ticked, {2}', ticked.length, items.length, sizeText(itemsOf(ticked)));
  const answer = await ask<readonly CleanUpItem[]>(
    input,
    { title: title(input.selectedItems) },
    (done, store) => {
      let ticked = input.selectedItems;
      store.add(
        input.onDidChangeSelection((selection) => {
          ticked = selection;
          input.title = title(ticked);
        }),
      );
      store.add(
        input.onDidAccept(() => {
          done(itemsOf(ticked));
        }),
      );
    },
  );
  return answer === undefined || answer === back ? [] : answer;
}

function rowsOf(items: readonly CleanUpItem[]): readonly ItemPick[] {
  return cleanUpKinds.flatMap((kind) => {
    const own = items
      .filter((item) => item.kind === kind)
      .sort((a, b) => (b.sizeBytes ?? 0) - (a.sizeBytes ?? 0));
    if (own.length === 0) return [];
    const heading = { label: headingOf(kind), kind: vscode.QuickPickItemKind.Separator };
    return [heading, ...own.map(rowOf)];
  });
}

function rowOf(item: CleanUpItem): ItemPick {
  const language = vscode.env.language;
  const size =
    item.sizeBytes === undefined ? vscode.l10n.t('size unknown') : formatSize(item.sizeBytes, language);
  const age = item.at === undefined ? '' : formatAge(item.at, language);
  return {
    label: inertName(item.name),
    description: [size, age].filter(Boolean).join(' · '),
    item,
  };
}

function tellNothing({ problems }: CleanUpOffer): void {
  const [problem] = problems;
  if (problem) throw new CordonError(problem.code, problem.message);
  void vscode.window.showInformationMessage(vscode.l10n.t('There is nothing to clean up.'));
}

function tellOutcome(outcomes: readonly CleanUpOutcome[]): void {
  const removed = outcomes.flatMap(({ item, error }) => (error ? [] : [item]));
  const failed = outcomes.flatMap(({ item, error }) =>
    error && error.code !== 'cancelled' ? [{ item, error }] : [],
  );
  const sentence = vscode.l10n.t(
    'Removed: {0} of {1}, {2}.',
    removed.length,
    outcomes.length,
    sizeText(removed),
  );
  const [first] = failed;
  if (!first) {
    void vscode.window.showInformationMessage(sentence);
    return;
  }
  const failures = failed.map(({ item, error }) => `${inertName(item.name)}: ${error.message}`);
  throw new CordonError(first.error.code, withoutLinks([sentence, ...failures].join(' ')));
}

function itemsOf(rows: readonly ItemPick[]): readonly CleanUpItem[] {
  return rows.flatMap(({ item }) => item ?? []);
}

function sizeText(items: readonly CleanUpItem[]): string {
  const known = items.flatMap(({ sizeBytes }) => sizeBytes ?? []);
  const sum = formatSize(
    known.reduce((total, bytes) => total + bytes, 0),
    vscode.env.language,
  );
  return known.length === items.length ? sum : vscode.l10n.t('at least {0}', sum);
}
