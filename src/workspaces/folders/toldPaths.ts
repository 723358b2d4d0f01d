import type { OpenPath } from './folderReview.ts';
import { contentsOf, textHash } from './pathContent.ts';
import type { PathQuestion } from './pathQuestion.ts';

/** Remembers what was told of already. */
export class ToldPaths {
  /** By workspace. */
  private readonly told = new Map<string, Set<string>>();

  /** Tells those that nobody was told of for this workspace with the content that is there now, where there are any. */
  async tell(
    kind: PathQuestion['kind'],
    root: string,
    workspaceId: string,
    open: readonly OpenPath[],
    tell: (fresh: readonly string[]) => Promise<void>,
  ): Promise<void> {
    const fresh = new Map<string, string>();
    const told = this.told.get(workspaceId) ?? new Set();
    this.told.set(workspaceId, told);
    for (const { path, identity } of open) {
      const content = kind === 'protected' ? JSON.stringify([...((await contentsOf(root, path)) ?? [])]) : '';
      const key = `${kind} ${path} ${identity} ${textHash(content)}`;
      if (!told.has(key)) fresh.set(key, path);
    }
    if (fresh.size === 0) return;
    await tell([...fresh.values()]);
    // What could not be told is fresh the next time, too.
    for (const key of fresh.keys()) told.add(key);
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.told.delete(workspaceId);
  }
}
