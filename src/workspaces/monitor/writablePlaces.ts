import type { Disk } from './disk.ts';
import { GrowthWatch } from './growthWatch.ts';

/** Too little that is free on a disk, or too much that one run of a container wrote. */
export type DiskHit = { readonly path: string } & (
  | { readonly cause: 'low'; readonly freeBytes: number }
  | { readonly cause: 'grown'; readonly grownBytes: number; readonly limitBytes: number }
);

interface Parts {
  /** One on each disk that is written to: the folder, and the engine's data for a writable image. */
  readonly paths: readonly string[];
  /** The folder, where what is written to it counts. */
  readonly folder: string | undefined;
  /** `Infinity` for none. */
  readonly limitBytes: number;
  /** What was written to the container's own root until now; missing where that is read-only. */
  readonly writtenBytes: (() => Promise<number>) | undefined;
  readonly disk: Disk;
}

/** Where one run of a container can write to disk, and how much it did so. */
export class WritablePlaces {
  private readonly parts: Parts;
  private readonly places: readonly { readonly path: string; growth: GrowthWatch | undefined }[];
  private sinceMs = Date.now();
  private writtenAtStart = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.places = parts.paths.map((path) => ({ path, growth: undefined }));
  }

  /** From now on it counts what the disks lose. */
  async begin(): Promise<void> {
    for (const place of this.places) {
      const free = await this.parts.disk.freeBytes(place.path);
      place.growth = free === undefined ? undefined : new GrowthWatch(this.parts.limitBytes, free);
    }
  }

  /** Looks at the disks, and measures where that is worth it; tells of what it hits. */
  async look(tell: (hit: DiskHit) => Promise<void>): Promise<void> {
    const { disk, limitBytes } = this.parts;
    for (const place of this.places) {
      const { path } = place;
      const freeBytes = await disk.freeBytes(path);
      if (freeBytes === undefined) continue;
      // The disk may not have said at first how much is free.
      const growth = (place.growth ??= new GrowthWatch(limitBytes, freeBytes));
      switch (growth.next(freeBytes)) {
        case 'nothing':
          break;
        case 'low':
          await tell({ path, cause: 'low', freeBytes });
          break;
        case 'measure': {
          const grownBytes = await this.measure();
          if (!growth.isOver(grownBytes, freeBytes)) break;
          await tell({ path, cause: 'grown', grownBytes, limitBytes });
          await this.startOver();
          return;
        }
      }
    }
  }

  private async measure(): Promise<number> {
    const { folder, disk } = this.parts;
    const inFolder = folder === undefined ? 0 : await disk.bytesChangedSince(folder, this.sinceMs);
    return inFolder + Math.max(0, (await this.written()) - this.writtenAtStart);
  }

  private async written(): Promise<number> {
    return (await this.parts.writtenBytes?.()) ?? 0;
  }

  /** Whoever resumes the workspace takes what is there for fine: it may grow as much again. */
  private async startOver(): Promise<void> {
    this.sinceMs = Date.now();
    this.writtenAtStart = await this.written();
    await this.begin();
  }
}
