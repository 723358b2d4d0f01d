import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { helperImage } from '../../workspaces/views/reviewViews.ts';
import type { OperationOptions } from '../../workspaces/workspace.ts';
import { leftOutOf } from '../copies/leftOut.ts';
import { isAtOrBelow } from '../isAtOrBelow.ts';
import type { OpenView } from '../openViews.ts';
import type { ReviewWork } from '../reviewWork.ts';
import { bringIn, foldersToMake, noteBrought } from './bringIn.ts';
import { findStale, type StaleEntries, type StaleEntry } from './staleEntries.ts';
import { Untouched } from './untouched.ts';

/** What became of changes in the folder that a workspace does not see by itself. */
export interface BroughtIn {
  /** What the workspace sees now. */
  readonly brought: readonly string[];
  /** What it sees only after its next start, although it has not touched it. */
  readonly behind: readonly string[];
}

const noStale: StaleEntries = { stale: [], withheld: [] };

/** Has workspaces in review mode see what is changed in their folder while they run. */
export class FolderSync {
  private readonly work: ReviewWork;
  private readonly excludePatterns: () => readonly string[];

  constructor(work: ReviewWork, excludePatterns: () => readonly string[]) {
    this.work = work;
    this.excludePatterns = excludePatterns;
  }

  /**
   * Brings in what a workspace that runs is known to be behind, and what of the paths that were changed in the folder it
   * does not see, wherever it has not touched that. Nothing for one that does not run: its next start shows it all.
   */
  async bringIn(id: string, changed: readonly string[], options: OperationOptions = {}): Promise<BroughtIn> {
    const nothing: BroughtIn = { brought: [], behind: [] };
    const containerId = this.work.ground.containerId(id);
    if (containerId === undefined || !this.work.ground.isRunning(id)) return nothing;
    const { stale, withheld } = (await this.findStale(id, containerId, changed)) ?? noStale;
    if (stale.length === 0) return { brought: [], behind: withheld };
    const result = await this.work.change(
      id,
      'bring changes of the folder into',
      options,
      async (view, signal, about) => {
        const { engine, record } = about;
        // Another container has other covers, and sees all as it is now.
        if (this.work.ground.containerId(id) !== containerId) return nothing;
        const { changes } = await this.work.list(id, view, signal);
        const untouched = new Untouched({ ...view, changes });
        const free: StaleEntry[] = [];
        for (const entry of stale)
          if (await untouched.has(entry.path, entry.wanted?.isDirectory() === true)) free.push(entry);
        if (free.length === 0) return { brought: [], behind: withheld };
        const image = await helperImage(engine, record.image);
        const made = await foldersToMake(view, free);
        const put = await engine.withView(id, image, (opened) => bringIn(opened, view, free, signal));
        await this.work.folders.copies.pull(id, { engine, image, signal });
        const brought = await noteBrought(view, { brought: put, made });
        await this.work.tellCopy(about, brought, view, signal);
        const isBrought = new Set(brought);
        const left = free.map(({ path }) => path).filter((path) => !isBrought.has(path));
        return { brought, behind: [...withheld, ...left] };
      },
    );
    return result ?? nothing;
  }

  private async findStale(
    id: string,
    containerId: string,
    changed: readonly string[],
  ): Promise<StaleEntries | undefined> {
    const { signal } = new AbortController();
    const look = async (view: OpenView) => {
      const engine = await this.work.ground.engine(signal);
      const { changes, pending } = await this.work.list(id, view, signal);
      // How far a copy is behind is known; the folder has more than was ever copied.
      const isCopy = this.work.folders.copies.has(id);
      const looked = isCopy ? [] : changed;
      if (pending.length === 0 && looked.length === 0) return noStale;
      const facts = await engine.inspectContainer(containerId);
      if (!facts) return noStale;
      const covered = coveredIn(facts);
      const patterns = { patterns: this.work.ground.patterns(), excludePatterns: this.excludePatterns() };
      const isLeftOut = leftOutOf(covered, patterns);
      const image = await helperImage(engine, this.work.ground.record(id).image);
      const { stale, withheld } = await engine.withView(id, image, (opened) =>
        findStale({
          ...{ view: opened, folder: view.lower, upper: view.upper, known: view.known },
          startedNs: BigInt(Date.parse(facts.startedAt ?? '') || 0) * 1_000_000n,
          ...{ isLeftOut, covered, isCopy, pending, changed: looked, signal },
        }),
      );
      const isChanged = isAtOrBelow(new Set(changes.map(({ path }) => path)));
      return { stale, withheld: withheld.filter((path) => !isChanged(path)) };
    };
    return await this.work.views.lookAgain(id, look);
  }
}

/** The paths of the folder over which the engine has put something else in a container. */
function coveredIn({
  maskedPaths = [],
  mounts,
}: Pick<ContainerFacts, 'maskedPaths' | 'mounts'>): readonly string[] {
  return [...maskedPaths, ...mounts.map(({ target }) => target)]
    .filter((path) => path.startsWith(`${workspaceFolder}/`))
    .map((path) => path.slice(workspaceFolder.length + 1));
}
