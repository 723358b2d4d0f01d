import * as l10n from '@vscode/l10n';
import { rulesOf } from '../../isolation/egress/egressPolicy.ts';
import { learnedRules, type LearnedRule } from '../../isolation/egress/learnedRules.ts';
import { CordonError } from '../../shared/errors.ts';
import { stateOfFacts } from '../containerState.ts';
import type { EngineOperations } from '../engineOperations.ts';
import type { OperationOptions } from '../workspace.ts';
import { policyInForce, type EgressSettings } from './egressSettings.ts';
import type { EveryName } from './everyName.ts';
import { ReachedNames } from './reachedNames.ts';
import { requireFiltered } from './requireFiltered.ts';
import type { WorkspaceProxies } from './workspaceProxies.ts';

/** With what it is learned what workspaces need. */
export interface LearningParts {
  readonly engineOperations: Pick<EngineOperations, 'run'>;
  readonly proxies: Pick<WorkspaceProxies, 'letEverythingOut' | 'applyRules'>;
  readonly egress: () => EgressSettings;
}

/** What a workspace needs. */
export interface Learned {
  readonly rules: readonly LearnedRule[];
  readonly hasMore: boolean;
}

/** A workspace that reaches every name, so that it is learned which ones it needs. */
export class Learning {
  /** Settles when the workspace reaches only what its rules allow again, whyever. */
  readonly over: Promise<unknown>;
  private readonly parts: LearningParts;
  private readonly id: string;
  private readonly everyName: EveryName;
  private readonly reached: ReachedNames;

  private constructor(
    parts: LearningParts,
    begun: { id: string; everyName: EveryName; reached: ReachedNames },
  ) {
    this.parts = parts;
    this.id = begun.id;
    this.everyName = begun.everyName;
    this.reached = begun.reached;
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
      const reached = await ReachedNames.follow(work.engine, id);
      const everyName = await parts.proxies
        .letEverythingOut(work, facts.networkMode)
        .catch((error: unknown) => {
          reached.dispose();
          throw error;
        });
      begun.push(new Learning(parts, { id, everyName, reached }));
      return stateOfFacts(facts);
    });
    await ending.catch(async (error: unknown) => {
      for (const { reached } of begun) reached.dispose();
      await Promise.all(begun.map(({ everyName }) => everyName.end()));
      throw error;
    });
    const [learning] = begun;
    if (!learning) throw new CordonError('cancelled', l10n.t('Cancelled.'));
    return learning;
  }

  /**
   * Has only the rules let it out again, and gives those that are missing for what it reached meanwhile, and whether it may
   * have reached more than these are for. Before anything of that can fail the proxy is handed its rules, be it for the
   * second time.
   */
  async end(options: OperationOptions = {}): Promise<Learned> {
    await this.everyName.end();
    const { engineOperations, proxies, egress } = this.parts;
    let learned: Learned = { rules: [], hasMore: false };
    await engineOperations
      .run(this.id, 'update', options, async (work) => {
        const { engine, record, facts } = work;
        if (facts?.running && !facts.paused) await proxies.applyRules(work, facts.networkMode);
        const { names, hasMore } = await this.reached.list(engine, this.id);
        const rules = learnedRules(names, rulesOf(policyInForce(record.egress, egress())));
        learned = { rules, hasMore };
        return facts ? stateOfFacts(facts) : { kind: 'absent' };
      })
      .finally(() => {
        this.reached.dispose();
      });
    return learned;
  }
}
