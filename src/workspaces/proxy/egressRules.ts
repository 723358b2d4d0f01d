import type { EgressPreset } from '../../isolation/egress/egressPreset.ts';
import { Emitter } from '../../shared/event.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { WorkspaceUpdate } from '../updateWorkspace.ts';
import type { OperationOptions, Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import type { AllowForNowParts } from './allowForNow.ts';
import type { WorkspaceEgress } from './egressSettings.ts';
import type { TriedName } from './egressTally.ts';
import type { Learning, LearningParts } from './learning.ts';

interface Parts extends LearningParts {
  readonly store: Pick<WorkspaceStore, 'record'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly updating: Pick<WorkspaceUpdate, 'changeRules'>;
  readonly briefRules: AllowForNowParts['briefRules'];
  readonly proxies: AllowForNowParts['proxies'] & LearningParts['proxies'];
}

/** What workspaces with the network `filtered` may reach: what a person decides about it, and decides it by. */
export class EgressRules {
  private readonly parts: Parts;
  private readonly learning = new Set<string>();
  private readonly learningChanges = new Emitter<string>();
  /** Tells of a workspace for which `isLearning` says something else now. */
  readonly onDidChangeLearning = this.learningChanges.event;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Changes the rules as they are by then, beside other changes of them. */
  change(
    id: string,
    change: (now: WorkspaceEgress) => WorkspaceEgress,
    options?: OperationOptions,
  ): Promise<Workspace> {
    return this.parts.updating.changeRules(id, change, options);
  }

  /**
   * Lets a running workspace reach a name until it stops, or no more. Rejects with `notRunning`, or with `invalidRequest` for
   * what is no rule.
   */
  async allowForNow(
    id: string,
    { rule, isAllowed }: { readonly rule: string; readonly isAllowed: boolean },
    options: OperationOptions = {},
  ): Promise<Workspace> {
    const { allowForNow } = await import('./allowForNow.ts');
    return await allowForNow(this.parts, { id, rule, isAllowed }, options);
  }

  /** The rules that hold until the workspace stops. */
  allowedForNow(id: string): readonly string[] {
    return this.parts.briefRules.of(id);
  }

  /** The lists of names that workspaces may reach that name none of their own. */
  usualPresets(): readonly EgressPreset[] {
    return this.parts.egress().presets;
  }

  /**
   * Lets a running workspace reach every name that is not denied, until that is ended, to learn which ones it needs. Rejects
   * with `notRunning`.
   */
  async learn(id: string, options: OperationOptions = {}): Promise<Learning> {
    const { Learning } = await import('./learning.ts');
    const begun = await Learning.begin(this.parts, id, options);
    const end = () => {
      this.learning.delete(id);
      this.learningChanges.fire(id);
    };
    this.learning.add(id);
    this.learningChanges.fire(id);
    begun.over.then(end, end);
    return begun;
  }

  /** Whether this window lets the workspace reach every name that is not denied. */
  isLearning(id: string): boolean {
    return this.learning.has(id);
  }

  /** What the workspace tried to reach last. */
  async tried(id: string): Promise<readonly TriedName[]> {
    this.parts.store.record(id);
    const { triedNames } = await import('./triedNames.ts');
    return await triedNames(await this.parts.engines.get(), id);
  }
}
