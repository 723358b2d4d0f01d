import * as l10n from '@vscode/l10n';

/** Paths in a finding, sorted; of many only the first twenty. */
export function listedPaths(paths: readonly string[]): string {
  if (paths.length === 0) return l10n.t('none');
  const shown = [...paths].sort().slice(0, 20);
  return (paths.length > shown.length ? [...shown, '…'] : shown).join(', ');
}
