import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { CordonError } from '../../shared/errors.ts';
import { Emitter } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { nothingOpen, type FolderReview } from './folderReview.ts';
import type { FolderReviews } from './folderReviews.ts';
import type { FolderWatches } from './folderWatches.ts';
import { OpenToWorkspace } from './openToWorkspace.ts';
import type { PathAnswers } from './pathAnswers.ts';
import { contentHash, contentsOf, identityOf } from './pathContent.ts';
import type { PathQuestion } from './pathQuestion.ts';
import type { Quarantine } from './quarantine.ts';
import { shownPaths } from './shownPaths.ts';

interface Parts {
  readonly store: Pick<WorkspaceStore, 'get'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly watches: Pick<FolderWatches, 'rootOf' | 'rootFor' | 'rootAbove' | 'workspacesOf'>;
  readonly reviews: Pick<FolderReviews, 'onDidAsk' | 'closed' | 'of' | 'started' | 'review' | 'look'>;
  readonly answers: Pick<PathAnswers, 'keep' | 'keepContent' | 'show'>;
  readonly quarantine: Pick<Quarantine, 'take'>;
  readonly neighbours: Pick<FrozenNeighbours, 'during'>;
  /** Makes the isolation report of a workspace anew. */
  readonly report: (workspaceId: string) => Promise<unknown>;
  readonly log: Log;
}

/** Sees that a person decides about protected and hidden paths that come up while workspaces of their folder run. */
export class FolderGuard implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly asking = this.subscriptions.add(new Emitter<PathQuestion>());
  private readonly parts: Parts;

  readonly onDidAsk = this.asking.event;

  constructor(parts: Parts) {
    this.parts = parts;
    this.subscriptions.add(
      parts.reviews.onDidAsk(({ root, questions }) => {
        for (const question of questions) this.asking.fire(question);
        void this.report(root);
      }),
    );
  }

  /** To be called when a question is not shown any more: one of a kind is asked at a time about a workspace. */
  async closed(question: PathQuestion): Promise<void> {
    await this.parts.reviews.closed(question);
  }

  /** What of its folder is open to a workspace that runs, as it was last found. */
  reviewOf(workspaceId: string): FolderReview {
    return this.parts.reviews.of(workspaceId) ?? nothingOpen;
  }

  /** A container was just started: what is kept from it is known by the files that are there now. */
  async started(workspaceId: string, root: string, facts: ContainerFacts): Promise<void> {
    await this.parts.reviews.started(workspaceId, root, facts);
  }

  /** An operation of the workspace has ended: what was left alone for its sake is looked at. */
  released(workspaceId: string): void {
    const root = this.parts.watches.rootOf(workspaceId);
    if (root !== undefined) void this.parts.reviews.review(root);
  }

  /** Takes in that the person saved a file in this VS Code with this content. */
  async savedByPerson(path: string, content: Uint8Array): Promise<void> {
    const root = this.parts.watches.rootAbove(path);
    if (root === undefined) return;
    const relative = path.slice(root.length + 1).replaceAll('\\', '/');
    const hash = contentHash(content);
    // What somebody else wrote there meanwhile is not what the person saved.
    if ((await contentsOf(root, relative))?.get(relative) !== hash) return;
    await this.parts.answers.keepContent(root, relative, hash);
    void this.parts.reviews.review(root);
  }

  /** Takes in that the person made, moved or copied something in this VS Code. */
  async madeByPerson(path: string): Promise<void> {
    const root = this.parts.watches.rootAbove(path);
    if (root === undefined) return;
    await this.keep(root, [path.slice(root.length + 1).replaceAll('\\', '/')]);
  }

  /** Protected paths stay as they are now. */
  async keep(root: string, paths: readonly string[]): Promise<void> {
    await this.parts.answers.keep(root, paths);
    await this.reviewAndReport(root);
  }

  /** Hidden paths stay readable for the workspaces that run. */
  async show(root: string, paths: readonly string[]): Promise<void> {
    const identities: Record<string, string> = {};
    for (const path of paths) {
      const identity = await identityOf(`${root}/${path}`);
      if (identity !== undefined) identities[path] = identity;
    }
    await this.parts.answers.show(root, identities);
    await this.reviewAndReport(root);
  }

  /** Moves paths out of the folder, while every container that could change it is held still. */
  async moveToQuarantine(root: string, paths: readonly string[]): Promise<void> {
    const engine = await this.parts.engines.get();
    await this.parts.neighbours.during(engine, { folder: root, except: '' }, async () => {
      for (const path of paths) {
        const { id } = await this.parts.quarantine.take(root, path);
        this.parts.log.info(`moved ${JSON.stringify(path)} of ${root} to the quarantine as ${id}`);
      }
    });
    await this.reviewAndReport(root);
  }

  /**
   * Throws `conflict` while secrets are open to a paused workspace, unless a person wants that, and where it cannot be
   * told. In a window that did not watch the folder until now, it does from here on.
   */
  async requireNothingOpen(workspaceId: string): Promise<void> {
    const workspace = this.parts.store.get(workspaceId);
    const root = workspace && (await this.parts.watches.rootFor(workspace));
    const review =
      workspace && root !== undefined ? await this.parts.reviews.look(root, workspace) : undefined;
    if (!review)
      throw new CordonError(
        'conflict',
        l10n.t('The folder of the workspace could not be looked at, so that it stays paused. Try again.'),
      );
    const open = [...review.hiddenPaths, ...review.lost].map(({ path }) => path);
    if (open.length === 0) return;
    throw new OpenToWorkspace(
      l10n.t(
        'The workspace could read or change paths that are to be kept from it: {0}. Restart it to keep them from it.',
        shownPaths(open),
      ),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private async reviewAndReport(root: string): Promise<void> {
    await this.parts.reviews.review(root);
    await this.report(root);
  }

  private async report(root: string): Promise<void> {
    for (const id of this.parts.watches.workspacesOf(root))
      if (this.parts.store.get(id)?.container.kind === 'running')
        await this.parts.report(id).catch((error: unknown) => {
          this.parts.log.debug(`A report could not be made anew: ${describeError(error)}`);
        });
  }
}
