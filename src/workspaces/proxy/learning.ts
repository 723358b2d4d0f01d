import * as l10n from '@vscode/l10n';
import { rulesOf } from '../../isolation/egress/egressPolicy.ts';
import { learnedRules, type LearnedRule } from '../../isolation/egress/learnedRules.ts';
import { CordonError } from '../../shared/errors.ts';
import { stateOfFacts } from '../containerState.ts';
import type { EngineOperations } from '../engineOperations.ts';
import type { OperationOptions } from '../workspace.ts';
import { policyInForce, type EgressSettings } from './egressSettings.ts';
import type { EveryName } from './everyName.ts';
import { requireFiltered } from './requireFiltered.ts';
import { triedNames } from './triedNames.ts';
import type { WorkspaceProxies } from './workspaceProxies.ts';

/** With what it is learned what workspaces need. */
export interface LearningParts {
  readonly engineOperations: Pick<EngineOperations, 'run'>;
  readonly proxies: Pick<WorkspaceProxies, 'letEverythingOut' | 'applyRules'>;
  readonly egress: () => EgressSettings;
}

/** A workspace that reaches every name, so that it is learned which ones it needs. */
export class Learning {
  /** Settles when the workspace reaches only what its rules allow again, whyever. */
  readonly over: Promise<unknown>;
  private readonly parts: LearningParts;
  private readonly id: string;
  private readonly everyName: EveryName;
  /** When the last try before it began, by the clock of the engine. */
  private readonly sinceMs: number;

  private constructor(parts: LearningParts, begun: { id: string; everyName: EveryName; sinceMs: number }) {
    this.parts = parts;
    this.id = begun.id;
    this.everyName = begun.everyName;
    this.sinceMs = begun.sinceMs;
    this.over = begun.everyName.over;
  }

  /**
   * Rejects with `notRunning`, and with `invalidRequest` for another network than `filtered`. What a rule denies stays
   * denied, and so do private addresses.
   */
  static async begin(parts: LearningParts, id: string, options: OperationOptions): Promise<Learning> {
    const begun: Learning[] = [];
    const ending = parts.engineOperations.run(id, 'update', options, async (work) => {
      const facts = requireFiltered(work);
      const before = await triedNames(work.engine, id);
      const everyName = await parts.proxies.letEverythingOut(work, facts.networkMode);
      const sinceMs = Math.max(0, ...before.map(({ atMs }) => atMs));
      begun.push(new Learning(parts, { id, everyName, sinceMs }));
      return stateOfFacts(facts);
    });
    await ending.catch(async (error: unknown) => {
      await Promise.all(begun.map(({ everyName }) => everyName.end()));
      throw error;
    });
    const [learning] = begun;
    if (!learning) throw new CordonError('cancelled', l10n.t('Cancelled.'));
    return learning;
  }

  /**
   * Has only the rules let it out again, and gives those that are missing for what it reached meanwhile. Before anything of
   * that can fail the proxy is handed its rules, be it for the second time.
   */
  async end(options: OperationOptions = {}): Promise<readonly LearnedRule[]> {
    await this.everyName.end();
    const { engineOperations, proxies, egress } = this.parts;
    let learned: readonly LearnedRule[] = [];
    await engineOperations.run(this.id, 'update', options, async (work) => {
      const { engine, record, facts } = work;
      if (facts?.running && !facts.paused) await proxies.applyRules(work, facts.networkMode);
      const tried = await triedNames(engine, this.id);
      const reached = tried.filter(({ counts, atMs }) => counts.allowed > 0 && atMs > this.sinceMs);
      learned = learnedRules(reached, rulesOf(policyInForce(record.egress, egress())));
      return facts ? stateOfFacts(facts) : { kind: 'absent' };
    });
    return learned;
  }
}
