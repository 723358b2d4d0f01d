import pRetry from 'p-retry';
import type { CheckedFolder } from '../../isolation/folderCheck.ts';
import type { ViewPlaces } from '../../isolation/folderView.ts';
import type { PathPatterns } from '../../isolation/pathRules.ts';
import { KeyedQueue } from '../../shared/keyedQueue.ts';
import type { CopyAccess, CopyingEngine, CopyOrder, ViewCopies } from '../../workspaces/views/viewCopies.ts';
import { ViewInUse, whileLocked, type LockOwner } from '../viewLock.ts';
import type { KnownPaths } from '../knownPaths.ts';
import type { OpenFolder } from '../openFolder.ts';
import { copyPlaces, madeMark, readCopyState, writeCopyState, type CopyState } from './copyState.ts';
import { elsewhere, madeByAnother } from './elsewhere.ts';
import { requireHeldFolders } from './heldFolders.ts';
import { leftOutOf, type LeftOut } from './leftOut.ts';
import type { ComparedCopy } from './compareCopy.ts';
import { wouldBeLost } from './wouldBeLost.ts';

/** Says of what a copy is made and by whom. */
export interface CopyRules extends LockOwner {
  /** What the person adds to the hidden paths. */
  readonly patterns: () => PathPatterns;
  /** Gitignore patterns of what is not copied. */
  readonly excludePatterns: () => readonly string[];
}

/** How long another window's work on a mirror is waited for. */
const lockTries = 150;
const lockWaitMs = 200;

/** What is younger may be of a window that has just taken over the lock of a killed one, too. */
const leftSeconds = 60;
/** Nothing here tells whether another installation is at its copy. */
const elsewhereLeftSeconds = 24 * 60 * 60;

/** Keeps copies of folders in engines that do not see the files of this machine, and a mirror here of what is written there. */
export class FolderCopies implements ViewCopies {
  private readonly ownOf: (workspaceId: string) => string;
  private readonly rules: CopyRules;
  private readonly turns = new KeyedQueue();
  /** How much of what a workspace has written no mirror can hold. */
  private readonly unseen = new Map<string, number>();

  /** `ownOf` gives where what belongs to the view of a workspace is kept on this machine. */
  constructor(ownOf: (workspaceId: string) => string, rules: CopyRules) {
    this.ownOf = ownOf;
    this.rules = rules;
  }

  has(workspaceId: string): boolean {
    return this.places(workspaceId) !== undefined;
  }

  /** Where the engine keeps the layers of the view; `undefined` where it shows the folder itself. */
  places(workspaceId: string): ViewPlaces | undefined {
    const state = readCopyState(this.ownOf(workspaceId));
    return state && copyPlaces(state);
  }

  async bring(order: CopyOrder): Promise<void> {
    await requireHeldFolders([order.folder.path, this.ownOf(order.record.id)]);
    const { bringCopy } = await import('./bringCopy.ts');
    const isLeftOut = this.leftOut(order.hidden);
    await this.alone(order.record.id, order.operation.signal, (own) => bringCopy(order, { own, isLeftOut }));
  }

  async requireNone(workspaceId: string, engine: CopyingEngine, image: () => Promise<string>): Promise<void> {
    if (!(await engine.listCopies()).includes(workspaceId)) return;
    await engine.withCopy(workspaceId, await image(), async (copy) => {
      if (await copy.has(madeMark)) throw madeByAnother();
    });
  }

  async closeLeft(workspaceId: string, engine: Pick<CopyingEngine, 'closeCopy'>): Promise<boolean> {
    if (!this.has(workspaceId)) return await engine.closeCopy(workspaceId, elsewhereLeftSeconds);
    // Whoever is at it, here or in another window, has not left it.
    if (this.turns.isBusy(workspaceId)) return false;
    const { signal } = new AbortController();
    const close = () => engine.closeCopy(workspaceId, leftSeconds);
    try {
      return await this.turns.run(workspaceId, signal, () => this.locked(this.ownOf(workspaceId), close));
    } catch (error) {
      if (error instanceof ViewInUse) return false;
      throw error;
    }
  }

  async remove(workspaceId: string, engine: Pick<CopyingEngine, 'removeCopy'>): Promise<void> {
    await engine.removeCopy(workspaceId);
    this.unseen.delete(workspaceId);
  }

  /** Has the mirror hold what the workspace has written until now; nothing where it has no copy, or another engine has that. */
  async pull(workspaceId: string, { engine, image, signal }: CopyAccess): Promise<void> {
    if (!this.has(workspaceId)) return;
    const { pullMirror } = await import('./upperMirror.ts');
    await this.alone(workspaceId, signal, async (own) => {
      const state = readCopyState(own);
      if (!state || state.isMirrorNewer || !(await mayHave(engine, workspaceId, state))) return;
      await engine.withCopy(workspaceId, image, async (copy) => {
        if (await copy.has(state.mark)) this.unseen.set(workspaceId, await pullMirror(copy, own, signal));
      });
    });
  }

  /**
   * Runs `work`, which changes the mirror, and has the engine hold that instead of what it held. Only for a view that is not
   * mounted. Nothing is got from the engine meanwhile, and before it only where not all is replaced. What fails after the
   * work is made up for at the next start. Rejects with `conflict` where another engine has the copy, and where not all is
   * replaced, but no mirror can hold the rest, which would be lost.
   */
  async rewrite<T>(
    workspaceId: string,
    {
      engine,
      image,
      folder,
      signal,
      isWhole,
    }: CopyAccess & { readonly folder: CheckedFolder; readonly isWhole: boolean },
    work: () => Promise<T>,
  ): Promise<T> {
    const { pullMirror, pushMirror } = await import('./upperMirror.ts');
    return await this.alone(workspaceId, signal, async (own) => {
      const state = readCopyState(own);
      if (!state) return await work();
      if (!(await engine.listCopies()).includes(workspaceId)) throw elsewhere(state.endpoint);
      return await engine.withCopy(workspaceId, image, async (copy) => {
        if (!(await copy.has(state.mark))) throw elsewhere(state.endpoint);
        if (!isWhole && !state.isMirrorNewer) {
          const unseen = await pullMirror(copy, own, signal, { closedAnew: true });
          this.unseen.set(workspaceId, unseen);
          if (unseen > 0) throw wouldBeLost(unseen);
        }
        await writeCopyState(own, { ...state, isMirrorNewer: true });
        const result = await work().catch(async (error: unknown) => {
          await writeCopyState(own, state);
          throw error;
        });
        await pushMirror(copy, own, folder, signal);
        await writeCopyState(own, { ...state, isMirrorNewer: false });
        return result;
      });
    });
  }

  /** Has the copy hold what was just accepted at these paths of the folder. What fails here is made up for at the next start. */
  async accepted(
    workspaceId: string,
    paths: readonly string[],
    { engine, image, lower, signal }: CopyAccess & { readonly lower: OpenFolder },
  ): Promise<void> {
    if (!this.has(workspaceId) || paths.length === 0) return;
    const { putAccepted } = await import('./putAccepted.ts');
    await this.alone(workspaceId, signal, async (own) => {
      const state = readCopyState(own);
      if (!state || !(await mayHave(engine, workspaceId, state))) return;
      await engine.withCopy(workspaceId, image, async (copy) => {
        if (await copy.has(state.mark))
          await putAccepted(copy, lower, paths, { own, isLeftOut: this.leftOut(state.hidden), signal });
      });
    });
  }

  /** Compares the copy with the folder; `undefined` where the workspace sees the folder itself. */
  async compare(
    workspaceId: string,
    { lower, known }: { readonly lower: OpenFolder; readonly known: KnownPaths },
    signal?: AbortSignal,
  ): Promise<ComparedCopy | undefined> {
    const own = this.ownOf(workspaceId);
    const state = readCopyState(own);
    if (!state) return undefined;
    const { compareCopy } = await import('./compareCopy.ts');
    const isLeftOut = this.leftOut(state.hidden);
    const compared = await compareCopy(own, lower, { known, isLeftOut }, signal);
    return { ...compared, leftOut: compared.leftOut + (this.unseen.get(workspaceId) ?? 0) };
  }

  /** What of its folder the copy of a workspace never gets; nothing where it has none. */
  leavesOut(workspaceId: string): LeftOut {
    const state = readCopyState(this.ownOf(workspaceId));
    return state ? this.leftOut(state.hidden) : () => false;
  }

  private leftOut(hidden: readonly string[]): LeftOut {
    const { patterns, excludePatterns } = this.rules;
    return leftOutOf(hidden, { patterns: patterns(), excludePatterns: excludePatterns() });
  }

  /** One after the other, also where another window is at it. */
  private async alone<T>(
    workspaceId: string,
    signal: AbortSignal,
    work: (own: string) => Promise<T>,
  ): Promise<T> {
    const own = this.ownOf(workspaceId);
    return await this.turns.run(workspaceId, signal, () =>
      pRetry(() => this.locked(own, () => work(own)), {
        ...{ signal, retries: lockTries, factor: 1, minTimeout: lockWaitMs },
        shouldRetry: ({ error }) => error instanceof ViewInUse,
      }),
    );
  }

  private locked<T>(own: string, work: () => Promise<T>): Promise<T> {
    return whileLocked(own, this.rules, work, 'mirror.lock');
  }
}

/** The same engine may be reached in more than one way; any other one has no such copy, or somebody else's. */
async function mayHave(engine: CopyingEngine, workspaceId: string, state: CopyState): Promise<boolean> {
  return state.endpoint === engine.info.endpoint || (await engine.listCopies()).includes(workspaceId);
}
