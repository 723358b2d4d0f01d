import type { ContainerEvent } from './engineEvents.ts';

/** An event that did not come until then does not come any more. */
const longestMs = 10_000;

/**
 * Knows which containers this window lets go on, after it held them still for a moment. Events come late: what tells of a
 * pause then, before the resume is told of, tells of what is over.
 */
export class OwnResumes {
  private readonly beganAtMs = new Map<string, number>();

  /** To be called before the engine is asked to let a container go on. */
  begin(containerId: string): void {
    this.beganAtMs.set(containerId, performance.now());
  }

  /** To be called where the engine did not. */
  end(containerId: string): void {
    this.beganAtMs.delete(containerId);
  }

  /** Takes in what an event tells, in the order in which events come. */
  take({ action, containerId }: ContainerEvent): void {
    if (action === 'unpause' || action === 'die' || action === 'destroy') this.end(containerId);
  }

  isOver({ action, containerId }: ContainerEvent): boolean {
    const beganAtMs = this.beganAtMs.get(containerId);
    if (beganAtMs === undefined || action !== 'pause') return false;
    const isWaitedFor = performance.now() - beganAtMs < longestMs;
    if (!isWaitedFor) this.end(containerId);
    return isWaitedFor;
  }
}
