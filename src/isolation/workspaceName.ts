import * as l10n from '@vscode/l10n';
import { CordonError } from '../shared/errors.ts';
import { lookAlikes } from './lookAlikes.ts';

const longestName = 100;

/** Longer input is refused before any work is done on it. */
const longestInput = 4096;

const invisible = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Follow an emoji and change nothing else. */
const variationSelectors = /[\uFE0E\uFE0F]/g;

/**
 * A workspace's name as it is kept: trimmed, in normal form C, 1 to 100 code points, without anything that cannot be
 * seen or that separates paths. Throws `invalidName`.
 */
export function parseWorkspaceName(input: unknown): string {
  if (typeof input !== 'string') throw invalid(l10n.t('The name must be text.'));
  if (input.length > longestInput) throw tooLong();
  const name = input.trim().normalize('NFC');
  const visible = name.replace(variationSelectors, '');
  if (visible === '') throw invalid(l10n.t('Give the workspace a name.'));
  if (Array.from(name).length > longestName) throw tooLong();
  if (/\p{Cc}/u.test(name))
    throw invalid(l10n.t('The name must not contain control characters or line breaks.'));
  if (/[/\\]/.test(name)) throw invalid(l10n.t('The name must not contain "/" or "\\".'));
  if (/\p{Cs}/u.test(name)) throw invalid(l10n.t('The name contains a broken character.'));
  if (invisible.test(visible)) throw invalid(l10n.t('The name must not contain invisible characters.'));
  if (name === '.' || name === '..') throw invalid(l10n.t('The name must be more than dots.'));
  return name;
}

/** What two names share when a person would take one for the other: case, width, spacing and look-alike letters aside. */
export function nameKey(name: string): string {
  const plain = folded(name.normalize('NFKC').replace(variationSelectors, ''));
  return Array.from(plain)
    .map((character) => lookAlikes.get(character) ?? character)
    .join('')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Case folding as far as the language has it: there and back, so that sharp s and dotless i fold as well. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase().normalize('NFKC');
}

function tooLong(): CordonError {
  return invalid(l10n.t('The name must have at most {0} characters.', longestName));
}

function invalid(sentence: string): CordonError {
  return new CordonError('invalidName', sentence);
}
