import { forgetOldest } from '../shared/forgetOldest.ts';
import type { SeenEvent } from './engineEvents.ts';

const rememberedEvents = 256;

/** Remembers the last events, so that after a break the stream goes on without a gap and without a repetition. */
export class EventMemory {
  private readonly keys = new Set<string>();
  private latestMs: number | undefined;

  /** Time of the latest event by the engine's clock; `undefined` before the first. */
  get lastMs(): number | undefined {
    return this.latestMs;
  }

  /** False for an event that was seen before. */
  isNew({ event, key }: SeenEvent): boolean {
    if (this.keys.has(key)) return false;
    this.keys.add(key);
    forgetOldest(this.keys, rememberedEvents);
    this.latestMs = Math.max(this.latestMs ?? 0, event.timeMs);
    return true;
  }
}
