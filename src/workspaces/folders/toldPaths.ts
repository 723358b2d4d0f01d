import type { OpenPath } from './folderReview.ts';
import { contentsOf, textHash } from './pathContent.ts';
import type { PathQuestion } from './pathQuestion.ts';

/** Remembers what was told of already. */
export class ToldPaths {
  /** By workspace. */
  private readonly told = new Map<string, Set<string>>();

  /** Those that nobody was told of for this workspace with the content that is there now; from now on they are told. */
  async fresh(
    kind: PathQuestion['kind'],
    root: string,
    workspaceId: string,
    open: readonly OpenPath[],
  ): Promise<readonly string[]> {
    const fresh: string[] = [];
    const told = this.told.get(workspaceId) ?? new Set();
    for (const { path, identity } of open) {
      const content = kind === 'protected' ? JSON.stringify([...((await contentsOf(root, path)) ?? [])]) : '';
      const key = `${kind} ${path} ${identity} ${textHash(content)}`;
      if (told.has(key)) continue;
      this.told.set(workspaceId, told.add(key));
      fresh.push(path);
    }
    return fresh;
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    this.told.delete(workspaceId);
  }
}
