import type { Agreement } from './agreement.ts';
import type { EngineSource } from './containerEngine.ts';
import type { CoreFacts } from './diagnosis.ts';
import type { WorkspaceSecrets } from './secrets/workspaceSecrets.ts';
import type { Sessions } from './sessions.ts';
import type { Quarantined } from './storedRecords.ts';
import type { WorkspaceStore } from './workspaceStore.ts';

/** What the core knows of itself, for a report of a bug. */
export async function coreFacts(parts: {
  readonly store: Pick<WorkspaceStore, 'records' | 'container'>;
  readonly sessions: Pick<Sessions, 'list'>;
  readonly engines: Pick<EngineSource, 'state' | 'eventStreams'>;
  readonly agreed: Pick<Agreement, 'last'>;
  readonly secrets: Pick<WorkspaceSecrets, 'everyValue'>;
  readonly quarantined: readonly Quarantined[];
}): Promise<CoreFacts> {
  const { store, sessions, engines, agreed, secrets, quarantined } = parts;
  return {
    secretValues: await secrets.everyValue(store.records().map(({ id }) => id)),
    workspaces: store.records().map((record) => ({
      record,
      container: store.container(record.id),
      sessions: sessions.list(record.id).length,
    })),
    engine: engines.state,
    eventStreams: engines.eventStreams,
    reconciliation: agreed.last,
    quarantined: quarantined.length,
  };
}
