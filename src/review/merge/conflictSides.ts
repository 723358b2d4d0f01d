import * as l10n from '@vscode/l10n';
import { CordonError } from '../../shared/errors.ts';
import type { Change } from '../change.ts';
import type { OpenView } from '../openViews.ts';
import { commonLines } from './commonLines.ts';
import { KeptBases } from './keptBases.ts';
import { readListed } from './readListed.ts';

/** Nobody merges more by hand. */
const mostBytes = 5 * 1024 * 1024;

/** The three texts of a conflict. */
export interface ConflictSides {
  readonly change: Change;
  readonly base: string;
  /** Whether the base is what the file was before both changed it, and not only what both still have in common. */
  readonly isBaseKnown: boolean;
  readonly workspace: string;
  readonly folder: string;
}

/** Reads the sides of a conflict. Rejects with `invalidRequest` for what cannot be merged as text. */
export async function readConflict(
  change: Change | undefined,
  { own, upper, lower }: Pick<OpenView, 'own' | 'upper' | 'lower'>,
): Promise<ConflictSides> {
  const [has, had] = [change?.upper, change?.lower];
  const isFile = change?.type === 'file' && had?.type === 'file' && change.blocker === undefined;
  if (!isFile || !has || Number(has.size) > mostBytes || Number(had.size) > mostBytes) throw noConflict();
  const [workspace, folder] = [
    textOf(await readListed(upper, change.path, has)),
    textOf(await readListed(lower, change.path, had)),
  ];
  const kept = await new KeptBases(own).read(change.path);
  const base = kept && textIfAny(kept);
  return {
    ...{ change, workspace, folder, isBaseKnown: base !== undefined },
    base: base ?? commonLines(folder, workspace),
  };
}

function textOf(content: Buffer): string {
  const text = textIfAny(content);
  if (text === undefined) throw noConflict();
  return text;
}

/** What an editor would give back byte for byte. */
function textIfAny(content: Buffer): string | undefined {
  if (content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** What is said of what cannot be merged. */
export function noConflict(): CordonError {
  return new CordonError(
    'invalidRequest',
    l10n.t(
      'This is no conflict of two texts that can be merged. Compare them, take over what you want, and discard the change.',
    ),
  );
}
