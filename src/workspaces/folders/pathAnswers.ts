import * as z from 'zod/mini';
import type { WorkspaceStorage } from '../workspaceStorage.ts';
import { contentsOf } from './pathContent.ts';

const storageKey = 'cordon.pathAnswers';
/** Of one folder; older answers give way to newer ones. */
const mostAnswers = 5000;

const texts = z.record(z.string(), z.string());
const stored = z.record(z.string(), z.object({ kept: texts, shown: texts }));
type Answers = z.output<typeof stored>[string];

/** What a person said of protected and hidden paths that came up in a folder, kept across restarts. */
export class PathAnswers {
  private readonly storage: WorkspaceStorage;

  constructor(storage: WorkspaceStorage) {
    this.storage = storage;
  }

  /** Whether a person knows everything that is at or below a path now. */
  async isKept(root: string, path: string): Promise<boolean> {
    const { kept } = this.of(root);
    const contents = await contentsOf(root, path);
    // A folder with nothing in it runs nothing.
    return contents !== undefined && [...contents].every(([file, hash]) => kept[file] === hash);
  }

  /** Everything at or below these paths is known as it is now. */
  async keep(root: string, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const contents = await contentsOf(root, path);
      if (contents) await this.add(root, 'kept', Object.fromEntries(contents));
    }
  }

  /** One file is known with this content. */
  async keepContent(root: string, path: string, hash: string): Promise<void> {
    await this.add(root, 'kept', { [path]: hash });
  }

  /** Whether a person said that this very file may be read by containers. */
  isShown(root: string, path: string, identity: string): boolean {
    return this.of(root).shown[path] === identity;
  }

  async show(root: string, identities: Readonly<Record<string, string>>): Promise<void> {
    await this.add(root, 'shown', identities);
  }

  private of(root: string): Answers {
    return this.all()[root] ?? { kept: {}, shown: {} };
  }

  private all(): z.output<typeof stored> {
    return z.safeParse(stored, this.storage.read(storageKey)).data ?? {};
  }

  private async add(
    root: string,
    kind: keyof Answers,
    more: Readonly<Record<string, string>>,
  ): Promise<void> {
    const before = this.of(root);
    const entries = Object.entries({ ...before[kind], ...more }).slice(-mostAnswers);
    const answers = { ...before, [kind]: Object.fromEntries(entries) };
    await this.storage.write(storageKey, { ...this.all(), [root]: answers });
  }
}
