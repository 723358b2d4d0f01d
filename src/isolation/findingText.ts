import * as l10n from '@vscode/l10n';

/** Names in a finding, in this order. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? l10n.t('none') : names.join(', ');
}

/** Names in a finding, sorted. */
export function listedSorted(names: readonly string[]): string {
  return listed([...names].sort());
}

/** A number in a finding, with at most three decimals. */
export function amount(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
