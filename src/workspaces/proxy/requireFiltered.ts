import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { CordonError } from '../../shared/errors.ts';
import type { EngineWork } from '../engineOperations.ts';
import { notRunning } from '../notRunning.ts';

/** The container of a workspace that has a proxy and runs. Throws `invalidRequest` or `notRunning` for any other. */
export function requireFiltered({ record, facts }: Pick<EngineWork, 'record' | 'facts'>): ContainerFacts {
  if (record.network !== 'filtered')
    throw new CordonError(
      'invalidRequest',
      l10n.t('Names can be allowed only for a workspace with the network "filtered".'),
    );
  if (!facts?.running || facts.paused) throw notRunning(record.name);
  return facts;
}
