import { setTimeout as delay } from 'node:timers/promises';
import * as l10n from '@vscode/l10n';
import { engineName } from '../../isolation/engineNames.ts';
import { amount } from '../../isolation/findingText.ts';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import type { ContainerEngine, EngineSource } from '../containerEngine.ts';
import type { ContainerEvent } from '../engineEvents.ts';
import type { WorkspaceRecord } from '../workspaceRecord.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { SecurityReporter } from './securityReporter.ts';
import { bytesPerMiB, nanosPerSecond } from '../../shared/units.ts';

const looks = 3;

/** Finds changes of a container's limits and name that are not what the record says. */
export class ForeignUpdates {
  private readonly store: Pick<WorkspaceStore, 'has' | 'record' | 'syncFromStorage'>;
  private readonly engines: Pick<EngineSource, 'get'>;
  private readonly isBusy: (workspaceId: string) => boolean;
  private readonly reporter: Pick<SecurityReporter, 'report'>;
  private readonly settleMs: number;
  private readonly checking = new Set<string>();

  constructor(parts: {
    store: Pick<WorkspaceStore, 'has' | 'record' | 'syncFromStorage'>;
    engines: Pick<EngineSource, 'get'>;
    isBusy: (workspaceId: string) => boolean;
    reporter: Pick<SecurityReporter, 'report'>;
    /** How long Cordon's own change, of this window or another, may take from the engine's event to the record. */
    settleMs?: number;
  }) {
    this.store = parts.store;
    this.engines = parts.engines;
    this.isBusy = parts.isBusy;
    this.reporter = parts.reporter;
    this.settleMs = parts.settleMs ?? 500;
  }

  /** Reports a difference that is still there after our own operations had their time; one check at a time for each. */
  async check({ workspaceId, containerId, timeMs }: ContainerEvent): Promise<void> {
    if (this.checking.has(workspaceId)) return;
    this.checking.add(workspaceId);
    try {
      let differences: readonly string[] = [];
      for (let look = 0; look < looks; look++) {
        do await delay(this.settleMs, undefined, { ref: false });
        while (this.isBusy(workspaceId));
        this.store.syncFromStorage();
        if (!this.store.has(workspaceId)) return;
        const record = this.store.record(workspaceId);
        if (record.intent) continue;
        differences = await this.compare(record, containerId);
        if (differences.length === 0) return;
      }
      if (differences.length === 0) return;
      await this.reporter.report({
        workspaceId,
        cause: 'foreignUpdate',
        severity: 'warning',
        message: l10n.t('Something other than Cordon changed the container: {0}.', differences.join('; ')),
        subjects: differences,
        occurrence: `${containerId} ${timeMs}`,
      });
    } finally {
      this.checking.delete(workspaceId);
    }
  }

  private async compare(record: WorkspaceRecord, containerId: string): Promise<string[]> {
    const engine = await this.engines.get();
    const facts = await engine.inspectContainer(containerId);
    if (!facts) return [];
    return [
      ...limitDifferences(record, facts, engine.info.cpus),
      ...(await this.rename(engine, record, containerId)),
    ];
  }

  private async rename(
    engine: ContainerEngine,
    { id, name }: WorkspaceRecord,
    containerId: string,
  ): Promise<string[]> {
    const wanted = engineName(name, id);
    const found = (await engine.listContainers()).find((container) => container.id === containerId)?.name;
    return found === undefined || found === wanted ? [] : [difference(l10n.t('name'), wanted, found)];
  }
}

function limitDifferences({ limits }: WorkspaceRecord, facts: ContainerFacts, engineCpus: number): string[] {
  const cpus = engineCpus > 0 ? Math.min(limits.cpus, engineCpus) : limits.cpus;
  const compare = (title: string, wanted: number, found: number) =>
    Math.abs(wanted - found) < 0.001 ? [] : [difference(title, shown(wanted), shown(found))];
  return [
    ...compare(l10n.t('memory in MiB'), limits.memoryMiB, facts.memoryBytes / bytesPerMiB),
    ...compare(l10n.t('memory and swap in MiB'), limits.memoryMiB, facts.memorySwapBytes / bytesPerMiB),
    ...compare(l10n.t('processor cores'), cpus, facts.nanoCpus / nanosPerSecond),
    ...compare(l10n.t('processes'), limits.pids, facts.pidsLimit),
    ...(facts.restartPolicy === 'no'
      ? []
      : [difference(l10n.t('restart policy'), 'no', facts.restartPolicy)]),
  ];
}

function shown(value: number): string {
  return value > 0 ? amount(value) : l10n.t('no limit');
}

function difference(title: string, wanted: string, found: string): string {
  return l10n.t('{0} was {1}, is {2}', title, wanted, found);
}
