import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import { workspaceFolder } from '../isolation/imageVolumes.ts';
import { PathRules } from '../isolation/pathRules.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import type { ContainerEngine } from '../workspaces/containerEngine.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { helperImage } from '../workspaces/views/reviewViews.ts';
import { readBaseline } from './baseline.ts';
import { Comparisons } from './comparisons.ts';
import type { DoubtfulFolder } from './doubtfulFolders.ts';
import { ExcludedPaths } from './excludedPaths.ts';
import { listChanges, TooFast, type ChangeList, type ChangeSources } from './listChanges.ts';
import { mergedFolders } from './mergedFolders.ts';
import { isDiskFull } from './fileErrors.ts';
import type { OpenView } from './openViews.ts';
import { SeenFolders } from './seenFolders.ts';
import { isText } from './pathBytes.ts';
import type { ViewFolders } from './viewFolders.ts';

type Ground = Pick<ReviewGround, 'patterns' | 'containerId' | 'engine' | 'record'>;

/** Lists the changes in open views, by the rules of the person, and asks the engine about what no file tells. */
export class ViewChanges {
  private readonly ground: Ground;
  private readonly folders: Pick<ViewFolders, 'copies' | 'mounted'>;
  private readonly excludePatterns: () => readonly string[];
  private readonly comparisons = new Map<string, Comparisons>();

  constructor(
    ground: Ground,
    folders: Pick<ViewFolders, 'copies' | 'mounted'>,
    excludePatterns: () => readonly string[],
  ) {
    this.ground = ground;
    this.folders = folders;
    this.excludePatterns = excludePatterns;
  }

  /** What the workspace of a view has changed, as it is now. */
  async list(
    id: string,
    view: OpenView,
    signal?: AbortSignal,
    excludePatterns = this.excludePatterns(),
  ): Promise<ChangeList> {
    const comparisons = this.comparisons.get(id) ?? new Comparisons();
    this.comparisons.set(id, comparisons);
    const copy = await this.folders.copies.compare(id, view, signal);
    const sinceNs = await readBaseline(view.own);
    const seen = await SeenFolders.load(view.own, { sinceNs, known: view.known });
    const sources: ChangeSources = {
      ...{ ...view, sinceNs, seen },
      rules: new PathRules(this.ground.patterns()),
      excluded: new ExcludedPaths(excludePatterns),
      isSame: (upper, lower) => comparisons.isSame(upper, lower),
      isBinary: (file) => comparisons.isBinary(file),
      showsBelow: (folders) => {
        const ask = (unknown: readonly DoubtfulFolder[]) => this.ask(id, unknown, signal);
        // The mirror of a folder that was made anew is the same folder.
        return copy ? ask(folders) : comparisons.showsBelow(folders, ask);
      },
      wasSeen: (path) => copy?.copied.has(path) ?? true,
    };
    const list = await pRetry(() => listChanges(sources, signal), {
      ...{ retries: 3, factor: 1, minTimeout: 50, ...(signal && { signal }) },
      shouldRetry: ({ error }) => error instanceof TooFast,
    });
    // Without room on the disk they are seen for the first time once more.
    await seen.save().catch(unlessDiskFull);
    if (!copy) return list;
    return {
      ...list,
      pending: [...new Set([...list.pending, ...copy.pending])],
      copy: { leftOut: copy.leftOut, has: (path) => copy.copied.has(path) },
    };
  }

  /** The same while the workspace stands still, for whoever makes the changes. */
  async listStill(id: string, view: OpenView, signal?: AbortSignal): Promise<ChangeList> {
    this.comparisons.get(id)?.forgetEarly();
    return await this.list(id, view, signal);
  }

  private async ask(
    id: string,
    folders: readonly DoubtfulFolder[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, boolean>> {
    const containerId = this.ground.containerId(id);
    const engine = await this.ground.engine(signal);
    const answers = new Map<string, boolean>();
    // The kernel remembers folders as they were before Cordon put something in their place, for as long as they are mounted.
    if (containerId !== undefined)
      for (const { path, put } of folders)
        if (put) answers.set(path, await isAnyShown(engine, containerId, put));
    const rest = folders.filter(({ path }) => !answers.has(path)).map(({ path }) => path);
    if (rest.length === 0) return answers;
    const merged = await this.askLayer(id, engine, rest, signal);
    return new Map([...answers, ...rest.map((path) => [path, merged.has(path)] as const)]);
  }

  private async askLayer(
    id: string,
    engine: ContainerEngine,
    folders: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlySet<string>> {
    const { name, image } = this.ground.record(id);
    try {
      return await engine.withLayer(
        this.folders.mounted(id).upper,
        await helperImage(engine, image),
        (layer) => mergedFolders(layer, folders, signal),
      );
    } catch (error) {
      // Nothing tells an engine that does not see the layer of a workspace that was never started.
      const isNotSeen = hasCode(error, 'engineFailed') || hasCode(error, 'invalidRequest');
      if (isNotSeen && this.ground.containerId(id) === undefined) throw notStarted(name, error);
      throw error;
    }
  }
}

/** A path that an engine cannot be told of counts as shown. */
async function isAnyShown(
  engine: Pick<ContainerEngine, 'hasPath'>,
  containerId: string,
  entries: NonNullable<DoubtfulFolder['put']>,
): Promise<boolean> {
  for (const { path, isLink } of entries) {
    if (!isText(path)) return true;
    const isShown = await engine
      .hasPath(containerId, `${workspaceFolder}/${path}`)
      .catch((error: unknown) => {
        // An engine that found a link goes on to where it leads, which can be nowhere or in a circle.
        if (isLink && hasCode(error, 'engineFailed')) return true;
        throw error;
      });
    if (isShown) return true;
  }
  return false;
}

function unlessDiskFull(error: unknown): void {
  if (!isDiskFull(error)) throw error;
}

function notStarted(name: string, cause: unknown): CordonError {
  return new CordonError(
    'notRunning',
    l10n.t('Start the workspace "{0}" once more, so that its changes can be told.', name),
    cause,
  );
}
