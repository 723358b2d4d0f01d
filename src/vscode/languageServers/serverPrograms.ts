import { CordonError } from '../../shared/errors.ts';
import type { ContainerFiles } from '../../workspaces/inside/containerFiles.ts';

/** A program that is missing is looked for again after this time: it may have been installed by then. */
const lookAgainMs = 30_000;

/** Which programs a container has. */
export class ServerPrograms {
  private readonly files: Pick<ContainerFiles, 'programs'>;
  private readonly workspaceId: string;
  private readonly there = new Set<string>();
  /** When those that are missing were last looked for. */
  private readonly missing = new Map<string, number>();

  constructor(files: Pick<ContainerFiles, 'programs'>, workspaceId: string) {
    this.files = files;
    this.workspaceId = workspaceId;
  }

  /** Those that are there; `undefined` where the container cannot be asked now. */
  async find(
    programs: readonly string[],
    nowMs = performance.now(),
  ): Promise<ReadonlySet<string> | undefined> {
    const unknown = programs.filter(
      (program) =>
        !this.there.has(program) && nowMs - (this.missing.get(program) ?? -Infinity) >= lookAgainMs,
    );
    if (unknown.length === 0) return this.there;
    try {
      for (const found of await this.files.programs(this.workspaceId, unknown)) this.there.add(found);
    } catch (error) {
      // Without a shell it has none that could be found, and one whose shell does not end is not asked again and again.
      if (error instanceof CordonError && error.code !== 'invalidRequest') return undefined;
    }
    for (const program of unknown) if (!this.there.has(program)) this.missing.set(program, nowMs);
    return this.there;
  }
}
