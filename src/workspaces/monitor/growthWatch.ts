import { bytesPerMiB } from '../../shared/units.ts';

/** Below this much free space a disk counts as full. */
export const leastFreeBytes = 512 * bytesPerMiB;
/** Measuring again is worth it from this much on. */
const leastStepBytes = 64 * bytesPerMiB;

/**
 * Decides from the free space of a disk when it is worth to measure how much a folder has grown, so that nothing is
 * measured while nothing grows.
 */
export class GrowthWatch {
  /** `Infinity` for none. */
  readonly limitBytes: number;
  private readonly lowBelow: number;
  /** The most that was free: what a person deletes meanwhile must not hide what grows. */
  private mostFree: number;
  private stepBytes: number;
  private toldLow = false;

  constructor(limitBytes: number, freeAtStart: number) {
    this.limitBytes = limitBytes;
    this.mostFree = freeAtStart;
    this.stepBytes = limitBytes / 2;
    // A disk that was nearly full before is no news until half of the rest is gone.
    this.lowBelow = Math.min(leastFreeBytes, freeAtStart / 2);
  }

  /** What a sample of the free space asks for. */
  next(freeBytes: number): 'nothing' | 'measure' | 'low' {
    this.mostFree = Math.max(this.mostFree, freeBytes);
    if (freeBytes < this.lowBelow && !this.toldLow) {
      this.toldLow = true;
      return 'low';
    }
    return this.mostFree - freeBytes > this.stepBytes ? 'measure' : 'nothing';
  }

  /** Takes in what was measured; true when it is too much. Otherwise half of what is left must go before the next time. */
  isOver(grownBytes: number, freeBytes: number): boolean {
    this.mostFree = freeBytes;
    this.stepBytes = Math.max(leastStepBytes, (this.limitBytes - grownBytes) / 2);
    return grownBytes > this.limitBytes;
  }
}
