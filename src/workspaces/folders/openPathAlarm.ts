import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { hasCode } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { SecurityReporter } from '../monitor/securityReporter.ts';
import type { Workspace } from '../workspace.ts';
import type { FolderReview, OpenPath } from './folderReview.ts';
import type { GatheredQuestions } from './gatheredQuestions.ts';
import { Grace } from './grace.ts';
import { securityFinding, type PathQuestion } from './pathQuestion.ts';
import { shownPaths } from './shownPaths.ts';
import { pathsByContent, ToldPaths } from './toldPaths.ts';

/** With what an alarm is raised. */
export interface AlarmParts {
  readonly reporter: Pick<SecurityReporter, 'report'>;
  readonly hasSessions: (workspaceId: string) => boolean;
  readonly restart: (workspaceId: string) => Promise<unknown>;
  readonly log: Log;
}

/** Raises the alarm about paths that are open to a workspace, once for each that came up or changed, with one question of a kind at a time. */
export class OpenPathAlarm implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly reported = new ToldPaths();
  private readonly asked = new ToldPaths();
  /** By workspace: the kinds of questions that a person did not answer yet. */
  private readonly unanswered = new Map<string, Set<PathQuestion['kind']>>();
  private readonly grace: Grace;
  private readonly parts: AlarmParts;

  /** `lookAgain` is asked to look at a folder once more where it was too early for an alarm. */
  constructor(parts: AlarmParts, lookAgain: (root: string) => void) {
    this.parts = parts;
    this.grace = this.subscriptions.add(new Grace(lookAgain));
  }

  /** Reports what nobody was told of yet, and adds to the questions what a person is to decide about it. */
  async raise(
    root: string,
    workspace: Workspace,
    review: FolderReview,
    questions: GatheredQuestions,
  ): Promise<void> {
    const { id } = workspace;
    const raise = async (kind: PathQuestion['kind'], open: readonly OpenPath[]) => {
      const paths = await pathsByContent(kind, root, open);
      const closesByRestart =
        kind === 'lost' && workspace.container.kind === 'running' && !this.parts.hasSessions(id);
      const isNew = await this.reported.tell(kind, id, paths, async (fresh) => {
        if (closesByRestart) {
          // Not waited for: it waits itself for what else is done with the workspace.
          this.restart(workspace, fresh).catch((error: unknown) => {
            this.parts.log.error(`What is open could not be reported: ${describeError(error)}`);
          });
          return;
        }
        await this.parts.reporter.report(securityFinding(kind, workspace, fresh));
      });
      const unanswered = this.unansweredOf(id);
      if ((isNew && closesByRestart) || unanswered.has(kind)) return;
      await this.asked.tell(kind, id, paths, (fresh) => {
        questions.add(kind, id, fresh);
        unanswered.add(kind);
        return Promise.resolve();
      });
    };
    await raise('hidden', review.hiddenPaths);
    await raise('lost', review.lost);
    await raise('protected', this.grace.over(root, id, review.protectedPaths));
  }

  /** The workspace has another container: whatever is asked about the one before, this one is asked about anew. */
  started(workspaceId: string): void {
    for (const kind of ['hidden', 'lost'] as const) this.unanswered.get(workspaceId)?.delete(kind);
  }

  /** A question is not shown any more: what came up since it was asked is asked about next. */
  closed({ kind, workspaceIds }: PathQuestion): void {
    for (const id of workspaceIds) this.unanswered.get(id)?.delete(kind);
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.reported.forget(workspaceId);
    this.asked.forget(workspaceId);
    this.grace.forget(workspaceId);
    this.unanswered.delete(workspaceId);
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private unansweredOf(workspaceId: string): Set<PathQuestion['kind']> {
    const kinds = this.unanswered.get(workspaceId) ?? new Set();
    this.unanswered.set(workspaceId, kinds);
    return kinds;
  }

  /** Lays anew what went. Where that fails, what is open is reported, which pauses the workspace. */
  private async restart(workspace: Workspace, paths: readonly string[]): Promise<void> {
    const { id, name } = workspace;
    this.parts.log.info(
      `"${name}" is restarted: the host replaced ${shownPaths(paths)}, and with that went what kept the container from it.`,
    );
    try {
      await this.parts.restart(id);
    } catch (error) {
      this.parts.log.error(`"${name}" could not be restarted: ${describeError(error)}`);
      // One that was deleted meanwhile has nothing open to it.
      if (!hasCode(error, 'workspaceNotFound'))
        await this.parts.reporter.report(securityFinding('lost', workspace, paths));
    }
  }
}
