import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { isModeOfFolder, isSameStamp, type Change, type Stamp } from './change.ts';
import { isMissing } from './fileErrors.ts';

export const stampSchema = z.strictObject({
  type: z.enum(['file', 'folder', 'link', 'special']),
  inode: z.string(),
  size: z.string(),
  mode: z.int(),
  changedNs: z.string(),
});
const knownSchema = z.strictObject({
  /** What the folder has there since Cordon put it there; missing for nothing. */
  lower: z.optional(stampSchema),
  /** What the workspace had there when it was accepted; `gone` for what it had removed, missing for what was not accepted. */
  upper: z.optional(z.union([stampSchema, z.literal('gone')])),
  /** The workspace has it because the folder had it, and not the other way round. */
  brought: z.optional(z.literal(true)),
  /** A folder that one side had and the other had not. */
  isNew: z.optional(z.literal(true)),
});
const stored = z.array(z.tuple([z.string(), knownSchema]));

/** What Cordon itself did to a path of the folder, and to which state of the workspace. */
export interface KnownPath {
  readonly lower?: Stamp | undefined;
  readonly upper?: Stamp | 'gone' | undefined;
  readonly brought?: true | undefined;
  readonly isNew?: true | undefined;
}

/** What the folder must have at a path so that nobody changed it meanwhile; missing for nothing. */
export type ExpectedPath = Pick<KnownPath, 'lower'>;

/** The paths of a folder that Cordon changed for one workspace, so that they are no changes of anybody else's. */
export class KnownPaths {
  private readonly file: string;
  private readonly paths: Map<string, KnownPath>;

  private constructor(file: string, paths: Map<string, KnownPath>) {
    this.file = file;
    this.paths = paths;
  }

  /** Reads them from the folder in which what belongs to a view is kept; none where nothing was accepted yet. */
  static async load(own: string): Promise<KnownPaths> {
    const file = join(own, 'known.json');
    const text = await readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '[]';
      throw error;
    });
    return new KnownPaths(file, new Map(z.parse(stored, JSON.parse(text))));
  }

  get(path: string): KnownPath | undefined {
    return this.paths.get(path);
  }

  set(path: string, known: KnownPath): void {
    this.paths.set(path, known);
  }

  /**
   * To be called before anything of these is accepted: that changes the time of the folder around it, by which alone it would
   * look as if somebody had given that another mode.
   */
  async keepModes(changes: readonly Change[]): Promise<void> {
    const folders = changes.filter(
      (change) => isModeOfFolder(change) && !change.conflict && !this.paths.has(change.path),
    );
    for (const { path, lower } of folders) this.set(path, { lower });
    if (folders.length > 0) await this.save();
  }

  forget(path: string): void {
    this.paths.delete(path);
  }

  /** What the workspace has because it was brought in. */
  brought(): readonly string[] {
    return [...this.paths].filter(([, { brought }]) => brought).map(([path]) => path);
  }

  /** Whether this state of the workspace was accepted; `undefined` for nothing there. */
  isAccepted(path: string, upper: Stamp | undefined): boolean {
    const accepted = this.paths.get(path)?.upper;
    if (accepted === undefined) return false;
    if (accepted === 'gone' || !upper) return accepted === 'gone' && !upper;
    return isSameStamp(accepted, upper) && accepted.mode === upper.mode;
  }

  /** The same for a view, kept in `own`, of which nothing was accepted, and that was made while the folder had `expected`. */
  withoutAccepted(own: string, expected: readonly (readonly [string, ExpectedPath])[]): KnownPaths {
    const paths = [...this.paths].map(([path, { lower }]) => [path, { lower }] as const);
    return new KnownPaths(join(own, 'known.json'), new Map([...paths, ...expected]));
  }

  async save(): Promise<void> {
    await writeFile(`${this.file}.new`, JSON.stringify([...this.paths]));
    await rename(`${this.file}.new`, this.file);
  }
}
