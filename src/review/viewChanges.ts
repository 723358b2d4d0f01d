import type { BigIntStats } from 'node:fs';
import * as l10n from '@vscode/l10n';
import pRetry from 'p-retry';
import { workspaceFolder } from '../isolation/imageVolumes.ts';
import { PathRules } from '../isolation/pathRules.ts';
import { CordonError, hasCode } from '../shared/errors.ts';
import type { ReviewGround } from '../workspaces/views/reviewGround.ts';
import { readBaseline } from './baseline.ts';
import { Comparisons } from './comparisons.ts';
import type { FolderCopies } from './copies/folderCopies.ts';
import { ExcludedPaths } from './excludedPaths.ts';
import { listChanges, TooFast, type ChangeList, type ChangeSources } from './listChanges.ts';
import type { OpenView } from './openViews.ts';
import { isText } from './pathBytes.ts';

type Ground = Pick<ReviewGround, 'patterns' | 'containerId' | 'engine' | 'record'>;

/** Lists the changes in open views, by the rules of the person, and asks the container about what no file tells. */
export class ViewChanges {
  private readonly ground: Ground;
  private readonly copies: Pick<FolderCopies, 'compare'>;
  private readonly excludePatterns: () => readonly string[];
  private readonly comparisons = new Map<string, Comparisons>();

  constructor(
    ground: Ground,
    copies: Pick<FolderCopies, 'compare'>,
    excludePatterns: () => readonly string[],
  ) {
    this.ground = ground;
    this.copies = copies;
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
    const copy = await this.copies.compare(id, view, signal);
    const sources: ChangeSources = {
      ...view,
      sinceNs: await readBaseline(view.own),
      rules: new PathRules(this.ground.patterns()),
      excluded: new ExcludedPaths(excludePatterns),
      isSame: (upper, lower) => comparisons.isSame(upper, lower),
      isShown: (path, lower, folder) => {
        const ask = () => this.askView(id, path, lower, signal);
        // The mirror of a folder that was made anew is the same folder.
        return copy && isText(path) ? ask() : comparisons.isShown(path, folder, ask);
      },
      wasSeen: (path) => copy?.copied.has(path) ?? true,
    };
    const list = await pRetry(() => listChanges(sources, signal), {
      ...{ retries: 3, factor: 1, minTimeout: 50, ...(signal && { signal }) },
      shouldRetry: ({ error }) => error instanceof TooFast,
    });
    if (!copy) return list;
    return {
      ...list,
      pending: [...new Set([...list.pending, ...copy.pending])],
      copy: { leftOut: copy.leftOut, has: (path) => copy.copied.has(path) },
    };
  }

  private async askView(
    id: string,
    path: string,
    lower: BigIntStats,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const containerId = this.ground.containerId(id);
    if (containerId === undefined) throw notStarted(this.ground.record(id).name);
    const engine = await this.ground.engine(signal);
    try {
      return await engine.hasPath(containerId, `${workspaceFolder}/${path}`);
    } catch (error) {
      // An engine that found a link goes on to where it leads, which can be nowhere or in a circle.
      if (lower.isSymbolicLink() && hasCode(error, 'engineFailed')) return true;
      throw error;
    }
  }
}

function notStarted(name: string): CordonError {
  return new CordonError(
    'notRunning',
    l10n.t('Start the workspace "{0}" once more, so that its changes can be told.', name),
  );
}
