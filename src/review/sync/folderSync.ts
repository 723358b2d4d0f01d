import { workspaceFolder } from '../../isolation/imageVolumes.ts';
import type { ContainerFacts } from '../../isolation/isolationReport.ts';
import { helperImage } from '../../workspaces/views/reviewViews.ts';
import type { OperationOptions } from '../../workspaces/workspace.ts';
import { AcceptJournal } from '../acceptJournal.ts';
import { leftOutOf } from '../copies/leftOut.ts';
import { isAtOrBelow } from '../isAtOrBelow.ts';
import { TooFast, type ChangeList } from '../listChanges.ts';
import type { OpenView, ViewGround } from '../openViews.ts';
import type { ReviewWork } from '../reviewWork.ts';
import { bringIn, foldersToMake, noteBrought } from './bringIn.ts';
import { whileNoted } from './bringingNote.ts';
import { findStale, type StaleEntry } from './staleEntries.ts';
import { Untouched, type Written } from './untouched.ts';

/** What became of changes in the folder that a workspace does not see by itself. */
export interface BroughtIn {
  /** What the workspace sees now. */
  readonly brought: readonly string[];
  /** What it sees only after its next start, although it has not touched it. */
  readonly behind: readonly string[];
}

interface Found {
  /** What the workspace does not see although it has not touched it. */
  readonly free: readonly StaleEntry[];
  readonly withheld: readonly string[];
}

const nothing: Found = { free: [], withheld: [] };
/** A copy of which it takes longer to see what was written there is brought up to date by the next start. */
const mostPullMs = 2000;
/** Operations of a workspace wait so long at most. */
const mostLookMs = 60_000;

/** Has workspaces in review mode see what is changed in their folder while they run. */
export class FolderSync {
  private readonly work: ReviewWork;
  private readonly excludePatterns: () => readonly string[];
  /** Workspaces that would be held still for too long, with their containers. */
  private readonly slow = new Map<string, string>();

  constructor(work: ReviewWork, excludePatterns: () => readonly string[]) {
    this.work = work;
    this.excludePatterns = excludePatterns;
  }

  /**
   * Brings in what a workspace that runs is known to be behind, and what of the paths that were changed in the folder it
   * does not see, wherever it has not touched that. Nothing for one that does not run: its next start shows it all.
   */
  async bringIn(id: string, changed: readonly string[], options: OperationOptions = {}): Promise<BroughtIn> {
    const containerId = this.work.ground.containerId(id);
    if (containerId === undefined || !this.work.ground.isRunning(id)) return { brought: [], behind: [] };
    const limit = AbortSignal.timeout(mostLookMs);
    const signal = options.signal ? AbortSignal.any([options.signal, limit]) : limit;
    // The engine mounts the view to look at it, which nobody may take away or change meanwhile.
    const { free, withheld } = await this.work.ground.keepWaiting(id, signal, () =>
      this.lookFor({ id, containerId, changed, signal }),
    );
    if (free.length === 0) return { brought: [], behind: withheld };
    if (this.slow.get(id) === containerId)
      return { brought: [], behind: [...withheld, ...free.map(({ path }) => path)] };
    const result = await this.work.change(
      id,
      'bring changes of the folder into',
      options,
      async (view, signal, about) => {
        // Another container has other covers, and sees all as it is now.
        if (this.work.ground.containerId(id) !== containerId) return undefined;
        const { changes } = await this.work.list(id, view, signal);
        const untouched = await untouchedOf(free, { ...view, changes });
        const brought = await this.put(untouched, { id, containerId }, view, signal, about);
        await this.work.tellCopy(about, brought, view, signal);
        const isBrought = new Set(brought);
        const left = untouched.map(({ path }) => path).filter((path) => !isBrought.has(path));
        return { brought, behind: [...withheld, ...left] };
      },
    );
    return result ?? { brought: [], behind: [] };
  }

  /** Whatever became of it is noted, also where it fails on the way: the workspace stands still until then. */
  private async put(
    stale: readonly StaleEntry[],
    { id, containerId }: { readonly id: string; readonly containerId: string },
    view: OpenView,
    signal: AbortSignal,
    { engine, record }: ViewGround,
  ): Promise<readonly string[]> {
    if (stale.length === 0) return [];
    const image = await helperImage(engine, record.image);
    const made = await foldersToMake(view, stale);
    const brought = new Set<StaleEntry>();
    const note = async () => {
      const startedAt = performance.now();
      await this.work.folders.copies.pull(id, { engine, image, signal: new AbortController().signal });
      if (performance.now() - startedAt > mostPullMs) this.slow.set(id, containerId);
      return await noteBrought(view, { tried: stale, brought, made });
    };
    const { updatedAt: recordAt } = this.work.ground.record(id);
    return await whileNoted(view.own, { recordAt, tried: stale, made }, async () => {
      try {
        await engine.withView(id, image, (opened) => bringIn(opened, view, stale, brought, signal));
      } catch (error) {
        await note();
        throw error;
      }
      return await note();
    });
  }

  private async lookFor({
    id,
    containerId,
    changed,
    signal,
  }: {
    readonly id: string;
    readonly containerId: string;
    readonly changed: readonly string[];
    readonly signal: AbortSignal;
  }): Promise<Found> {
    const { copies } = this.work.folders;
    const look = async (view: OpenView): Promise<Found> => {
      const engine = await this.work.ground.engine(signal);
      const list = await this.work.list(id, view, signal).catch(nothingWhereTooFast);
      const { changes, pending } = list;
      // How far a copy is behind is known; the folder has more than was ever copied.
      const isCopy = copies.has(id);
      const looked = isCopy ? [] : changed;
      const facts = await engine.inspectContainer(containerId);
      if (pending.length + looked.length === 0 || !facts?.running) return nothing;
      const covered = coveredIn(facts);
      const rules = { patterns: this.work.ground.patterns(), excludePatterns: this.excludePatterns() };
      const [leavesOut, copyLeavesOut] = [leftOutOf(covered, rules), copies.leavesOut(id)];
      const image = await helperImage(engine, this.work.ground.record(id).image);
      const merged = await mergedPaths(view.own);
      const { stale, withheld } = await engine.withView(id, image, (opened) =>
        findStale({
          ...{ view: opened, folder: view.lower, upper: view.upper, known: view.known },
          startedNs: BigInt(Date.parse(facts.startedAt ?? '') || 0) * 1_000_000n,
          isLeftOut: (path, isFolder) =>
            merged.has(path) || leavesOut(path, isFolder) || copyLeavesOut(path, isFolder),
          wasSeen: (path) => list.copy?.has(path) ?? true,
          ...{ covered, isCopy, pending, changed: looked, signal },
        }),
      );
      const isChanged = isAtOrBelow(new Set(changes.map(({ path }) => path)));
      const free = await untouchedOf(stale, { ...view, changes });
      return { free, withheld: withheld.filter((path) => !isChanged(path)) };
    };
    return (await this.work.views.lookAgain(id, look)) ?? nothing;
  }
}

async function untouchedOf(stale: readonly StaleEntry[], written: Written): Promise<readonly StaleEntry[]> {
  const untouched = new Untouched(written);
  const free: StaleEntry[] = [];
  for (const entry of stale)
    if (await untouched.has(entry.path, entry.wanted?.isDirectory() === true)) free.push(entry);
  return free;
}

/** An undo of the last accept gives the workspace's side of a merge back, which is therefore not replaced before the next one. */
async function mergedPaths(own: string): Promise<ReadonlySet<string>> {
  const steps = (await AcceptJournal.of(own).read())?.steps ?? [];
  return new Set(steps.filter(({ merged }) => merged).map(({ path }) => path));
}

/** It is listed again while the workspace stands still. */
function nothingWhereTooFast(error: unknown): Pick<ChangeList, 'changes' | 'pending' | 'copy'> {
  if (error instanceof TooFast) return { changes: [], pending: [] };
  throw error;
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
