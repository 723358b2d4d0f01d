import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { Emitter } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import { logUnasked } from '../../shared/logUnasked.ts';
import { Rounds } from '../../shared/rounds.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { FailedLooks } from './failedLooks.ts';
import { nothingOpen, reviewFolder, type FolderReview } from './folderReview.ts';
import type { FolderWatches } from './folderWatches.ts';
import { GatheredQuestions } from './gatheredQuestions.ts';
import { KeptByContainer } from './keptByContainer.ts';
import { OpenPathAlarm, type AlarmParts } from './openPathAlarm.ts';
import type { PathAnswers } from './pathAnswers.ts';
import type { PathQuestion } from './pathQuestion.ts';

interface Parts extends AlarmParts {
  readonly store: Pick<WorkspaceStore, 'get' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly watches: Pick<FolderWatches, 'onDidChange' | 'latestOf' | 'workspacesOf'>;
  readonly answers: Pick<PathAnswers, 'isKept' | 'isShown'>;
  /** Whether a workspace sees a copy of its folder. */
  readonly hasCopy: (workspaceId: string) => boolean;
  readonly isBusy: (workspaceId: string) => boolean;
  readonly log: Log;
}

/** What a look at a folder leaves to a person to decide. */
interface AskedAbout {
  readonly root: string;
  readonly questions: readonly PathQuestion[];
}

/**
 * Looks what of their folders is open to workspaces that run, whenever a protected or hidden path changed, and again
 * where that failed.
 */
export class FolderReviews implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly asking = this.subscriptions.add(new Emitter<AskedAbout>());
  private readonly parts: Parts;
  private readonly kept: KeptByContainer;
  private readonly alarm: OpenPathAlarm;
  /** By workspace, as it was last found. */
  private readonly found = new Map<string, FolderReview>();
  private readonly rounds = new Rounds((root) => this.reviewAll(root));
  private readonly failedLooks = this.subscriptions.add(
    new FailedLooks({
      runs: (root) => this.runs(root),
      lookAgain: (root) => {
        void this.review(root);
      },
    }),
  );

  readonly onDidAsk = this.asking.event;

  constructor(parts: Parts) {
    this.parts = parts;
    this.kept = new KeptByContainer(parts.engines);
    this.alarm = this.subscriptions.add(
      new OpenPathAlarm(parts, (root) => {
        void this.review(root);
      }),
    );
    this.subscriptions.add(
      parts.watches.onDidChange((root) => {
        void this.review(root);
      }),
    );
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        if (!current) this.forget(id);
        this.failedLooks.plan();
      }),
    );
  }

  /** What of its folder is open to a workspace that runs, as it was last found; `undefined` before the first look. */
  of(workspaceId: string): FolderReview | undefined {
    return this.found.get(workspaceId);
  }

  /** A container was just started: what is kept from it is known by the files that are there now. */
  async started(workspaceId: string, root: string, facts: ContainerFacts): Promise<void> {
    this.found.delete(workspaceId);
    this.alarm.started(workspaceId);
    await this.kept.started(workspaceId, root, facts);
  }

  /** Looks at all workspaces of a folder, and raises the alarm where something is open. */
  async review(root: string): Promise<void> {
    await this.rounds.run(root);
  }

  /** A question is not shown any more: what came up since it was asked is asked about next. */
  async closed(question: PathQuestion): Promise<void> {
    this.alarm.closed(question);
    await this.review(question.root);
  }

  /** What is open to one workspace now; `undefined` where that cannot be told. */
  async look(root: string, workspace: Workspace): Promise<FolderReview | undefined> {
    const kept = await this.kept.of(workspace, root);
    const scan = await this.parts.watches.latestOf(root)?.current();
    if (!kept || !scan) return undefined;
    // What comes up in the folder comes into a copy of it at the next start, without what is hidden then.
    if (this.parts.hasCopy(workspace.id)) return nothingOpen;
    return await reviewFolder(root, scan, kept, this.parts.answers, workspace.mount !== 'live');
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private forget(workspaceId: string): void {
    this.found.delete(workspaceId);
    this.kept.forget(workspaceId);
    this.alarm.forget(workspaceId);
  }

  private runs(root: string): boolean {
    const { watches, store } = this.parts;
    return watches.workspacesOf(root).some((id) => store.get(id)?.container.kind === 'running');
  }

  /** What fails for one workspace keeps nobody from looking at the others. */
  private async reviewAll(root: string): Promise<void> {
    const gathered = new GatheredQuestions();
    let hasFailed = false;
    for (const id of this.parts.watches.workspacesOf(root))
      try {
        await this.reviewOne(root, id, gathered);
      } catch (error) {
        hasFailed = true;
        this.tellFailure(root, error);
      }
    if (hasFailed) this.failedLooks.add(root);
    else this.failedLooks.delete(root);
    const questions = gathered.about(root);
    if (questions.length > 0) this.asking.fire({ root, questions });
  }

  private async reviewOne(root: string, id: string, questions: GatheredQuestions): Promise<void> {
    const workspace = this.parts.store.get(id);
    if (!workspace || this.parts.isBusy(id)) return;
    const review = await this.look(root, workspace);
    // It may have been deleted meanwhile.
    if (!this.parts.store.get(id)) this.forget(id);
    else if (review) {
      this.found.set(id, review);
      await this.alarm.raise(root, workspace, review, questions);
    }
  }

  /** Tells of it once, however often the folder is looked at again. */
  private tellFailure(root: string, error: unknown): void {
    const { log } = this.parts;
    const what = 'A folder could not be looked at';
    if (this.failedLooks.has(root)) log.debug(`${what}: ${describeError(error)}`);
    else logUnasked(log, what, error);
  }
}
