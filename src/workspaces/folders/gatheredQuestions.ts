import type { PathQuestion } from './pathQuestion.ts';

/** By path: the workspaces to which it is open. */
type ByPath = Map<string, string[]>;

/** Gathers what a person is to decide while the workspaces of a folder are looked at, so that it is asked once for all of them. */
export class GatheredQuestions {
  private readonly gathered: Readonly<Record<PathQuestion['kind'], ByPath>> = {
    protected: new Map(),
    hidden: new Map(),
    lost: new Map(),
  };

  add(kind: PathQuestion['kind'], workspaceId: string, paths: readonly string[]): void {
    const byPath = this.gathered[kind];
    for (const path of paths) byPath.set(path, [...(byPath.get(path) ?? []), workspaceId]);
  }

  /** One question for each kind of which there is something. */
  about(root: string): readonly PathQuestion[] {
    return (Object.entries(this.gathered) as [PathQuestion['kind'], ByPath][])
      .filter(([, byPath]) => byPath.size > 0)
      .map(([kind, byPath]) => {
        const workspaceIds = [...new Set([...byPath.values()].flat())];
        return { kind, root, paths: [...byPath.keys()], workspaceIds };
      });
  }
}
