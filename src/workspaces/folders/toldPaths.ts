import type { OpenPath } from './folderReview.ts';
import { contentsOf, textHash } from './pathContent.ts';
import type { PathQuestion } from './pathQuestion.ts';

/** By a key that tells a path, the file there and its content from others: the path. */
export type PathsByContent = ReadonlyMap<string, string>;

/** Open paths with what tells their content of now from any other. */
export async function pathsByContent(
  kind: PathQuestion['kind'],
  root: string,
  open: readonly OpenPath[],
): Promise<PathsByContent> {
  const paths = new Map<string, string>();
  for (const { path, identity } of open) {
    const content = kind === 'protected' ? JSON.stringify([...((await contentsOf(root, path)) ?? [])]) : '';
    paths.set(`${path} ${identity} ${textHash(content)}`, path);
  }
  return paths;
}

/** Remembers what was told of already, of what is still there: nobody inside can make this grow by going on. */
export class ToldPaths {
  /** By workspace and kind. */
  private readonly told = new Map<string, Set<string>>();

  /** Tells those that nobody was told of for this workspace with the content that is there now; false where there are none. */
  async tell(
    kind: PathQuestion['kind'],
    workspaceId: string,
    open: PathsByContent,
    tell: (fresh: readonly string[]) => Promise<void>,
  ): Promise<boolean> {
    const key = `${workspaceId} ${kind}`;
    const told = new Set([...(this.told.get(key) ?? [])].filter((content) => open.has(content)));
    this.told.set(key, told);
    const fresh = [...open].filter(([content]) => !told.has(content));
    if (fresh.length === 0) return false;
    await tell(fresh.map(([, path]) => path));
    // What could not be told is fresh the next time, too.
    for (const [content] of fresh) told.add(content);
    return true;
  }

  /** The workspace is gone. */
  forget(workspaceId: string): void {
    for (const key of this.told.keys()) if (key.startsWith(`${workspaceId} `)) this.told.delete(key);
  }
}
