import * as l10n from '@vscode/l10n';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { describeError } from '../../shared/describeError.ts';
import { DisposableStore, type Disposable } from '../../shared/disposable.ts';
import { CordonError, hasCode } from '../../shared/errors.ts';
import { Emitter } from '../../shared/event.ts';
import type { Log } from '../../shared/log.ts';
import { Rounds } from '../../shared/rounds.ts';
import type { EngineSource } from '../containerEngine.ts';
import type { FrozenNeighbours } from '../frozenNeighbours.ts';
import type { SecurityReporter } from '../monitor/securityReporter.ts';
import type { Workspace } from '../workspace.ts';
import type { WorkspaceStore } from '../workspaceStore.ts';
import { reviewFolder, type FolderReview, type OpenPath } from './folderReview.ts';
import type { FolderWatches } from './folderWatches.ts';
import { Grace } from './grace.ts';
import { KeptByContainer } from './keptByContainer.ts';
import type { PathAnswers } from './pathAnswers.ts';
import { contentHash, contentsOf, identityOf } from './pathContent.ts';
import { securityFinding, type PathQuestion } from './pathQuestion.ts';
import type { Quarantine } from './quarantine.ts';
import { shownPaths } from './shownPaths.ts';
import { ToldPaths } from './toldPaths.ts';

interface Parts {
  readonly store: Pick<WorkspaceStore, 'get' | 'onDidChange'>;
  readonly engines: Pick<EngineSource, 'get'>;
  readonly watches: FolderWatches;
  readonly answers: PathAnswers;
  readonly quarantine: Quarantine;
  readonly neighbours: Pick<FrozenNeighbours, 'during'>;
  readonly reporter: Pick<SecurityReporter, 'report'>;
  readonly isBusy: (workspaceId: string) => boolean;
  readonly hasSessions: (workspaceId: string) => boolean;
  readonly restart: (workspaceId: string) => Promise<unknown>;
  /** Makes the isolation report of a workspace anew. */
  readonly report: (workspaceId: string) => Promise<unknown>;
  readonly log: Log;
}

/** By kind and path: the workspaces to which the path is open. */
type Questions = Readonly<Record<PathQuestion['kind'], Map<string, string[]>>>;

const nothing: FolderReview = { protectedPaths: [], hiddenPaths: [], lost: [] };

/** Notices protected and hidden paths that come up while workspaces of their folder run, and sees that a person decides. */
export class FolderGuard implements Disposable {
  private readonly subscriptions = new DisposableStore();
  private readonly asking = this.subscriptions.add(new Emitter<PathQuestion>());
  private readonly parts: Parts;
  private readonly kept: KeptByContainer;
  private readonly reviews = new Map<string, FolderReview>();
  private readonly told = new ToldPaths();
  private readonly rounds = new Rounds((root) => this.reviewOnce(root));
  private readonly grace = this.subscriptions.add(
    new Grace((root) => {
      void this.review(root);
    }),
  );

  readonly onDidAsk = this.asking.event;

  constructor(parts: Parts) {
    this.parts = parts;
    this.kept = new KeptByContainer(parts.engines);
    this.subscriptions.add(
      parts.watches.onDidChange((root) => {
        void this.review(root);
      }),
    );
    this.subscriptions.add(
      parts.store.onDidChange(({ id, current }) => {
        if (!current) this.forget(id);
      }),
    );
  }

  /** What of its folder is open to a workspace that runs, as it was last found. */
  reviewOf(workspaceId: string): FolderReview {
    return this.reviews.get(workspaceId) ?? nothing;
  }

  /** A container was just started: what is kept from it is known by the files that are there now. */
  async started(workspaceId: string, root: string, facts: ContainerFacts): Promise<void> {
    this.reviews.delete(workspaceId);
    await this.kept.started(workspaceId, root, facts);
  }

  /** An operation of the workspace has ended: what was left alone for its sake is looked at. */
  released(workspaceId: string): void {
    const root = this.parts.watches.rootOf(workspaceId);
    if (root !== undefined) void this.review(root);
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
    void this.review(root);
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

  /** Throws `conflict` while secrets are open to a paused workspace, unless a person wants that. */
  async requireNothingOpen(workspaceId: string): Promise<void> {
    const root = this.parts.watches.rootOf(workspaceId);
    if (root === undefined) return;
    const workspace = this.parts.store.get(workspaceId);
    const { hiddenPaths, lost } = (workspace && (await this.look(root, workspace))) ?? nothing;
    const open = [...hiddenPaths, ...lost].map(({ path }) => path);
    if (open.length === 0) return;
    throw new CordonError(
      'conflict',
      l10n.t(
        'The workspace could read or change paths that are to be kept from it: {0}. Restart it to keep them from it.',
        shownPaths(open),
      ),
    );
  }

  dispose(): void {
    this.subscriptions.dispose();
  }

  private forget(workspaceId: string): void {
    this.reviews.delete(workspaceId);
    this.kept.forget(workspaceId);
    this.told.forget(workspaceId);
  }

  private async reviewAndReport(root: string): Promise<void> {
    await this.review(root);
    await this.report(root);
  }

  private async report(root: string): Promise<void> {
    for (const id of this.parts.watches.workspacesOf(root))
      if (this.parts.store.get(id)?.container.kind === 'running')
        await this.parts.report(id).catch((error: unknown) => {
          this.parts.log.debug(`A report could not be made anew: ${describeError(error)}`);
        });
  }

  private async review(root: string): Promise<void> {
    await this.rounds.run(root);
  }

  private async reviewOnce(root: string): Promise<void> {
    try {
      await this.reviewAll(root);
    } catch (error) {
      const line = `A folder could not be looked at: ${describeError(error)}`;
      // That the engine is away is told already.
      if (hasCode(error, 'engineUnavailable')) this.parts.log.warn(line);
      else this.parts.log.error(line);
    }
  }

  private async reviewAll(root: string): Promise<void> {
    const questions: Questions = { protected: new Map(), hidden: new Map(), lost: new Map() };
    for (const id of this.parts.watches.workspacesOf(root)) {
      const workspace = this.parts.store.get(id);
      if (!workspace || this.parts.isBusy(id)) continue;
      const review = await this.look(root, workspace);
      // It may have been deleted meanwhile.
      if (!this.parts.store.get(id)) this.forget(id);
      else if (review) {
        this.reviews.set(id, review);
        await this.react(root, workspace, review, questions);
      }
    }
    const asked = (Object.entries(questions) as [PathQuestion['kind'], Map<string, string[]>][]).filter(
      ([, byPath]) => byPath.size > 0,
    );
    for (const [kind, byPath] of asked) {
      const workspaceIds = [...new Set([...byPath.values()].flat())];
      this.asking.fire({ kind, root, paths: [...byPath.keys()], workspaceIds });
    }
    if (asked.length > 0) void this.report(root);
  }

  private async look(root: string, workspace: Workspace): Promise<FolderReview | undefined> {
    const kept = await this.kept.of(workspace, root);
    const scan = await this.parts.watches.of(root)?.current();
    if (!kept || !scan) return undefined;
    return await reviewFolder(root, scan, kept, this.parts.answers, workspace.mount === 'readonly');
  }

  private async react(
    root: string,
    workspace: Workspace,
    review: FolderReview,
    questions: Questions,
  ): Promise<void> {
    const { id } = workspace;
    const ask = async (kind: PathQuestion['kind'], open: readonly OpenPath[]) => {
      const fresh = await this.told.fresh(kind, root, id, open);
      if (fresh.length === 0) return;
      if (kind === 'lost' && workspace.container.kind === 'running' && !this.parts.hasSessions(id)) {
        this.parts.log.info(
          `"${workspace.name}" is restarted: the host replaced ${shownPaths(fresh)}, and with that went what kept the container from it.`,
        );
        void this.parts.restart(id).catch((error: unknown) => {
          this.parts.log.error(`"${workspace.name}" could not be restarted: ${describeError(error)}`);
        });
        return;
      }
      await this.parts.reporter.report(securityFinding(kind, workspace, fresh));
      for (const path of fresh) questions[kind].set(path, [...(questions[kind].get(path) ?? []), id]);
    };
    await ask('hidden', review.hiddenPaths);
    await ask('lost', review.lost);
    await ask('protected', this.grace.over(root, review.protectedPaths));
  }
}
