import PQueue from 'p-queue';

/** Runs the tasks of one key one after the other, or as many at once as it is told, and those of different keys side by side. */
export class KeyedQueue {
  private readonly queues = new Map<string, PQueue>();
  private readonly atOnce: number;

  constructor(atOnce = 1) {
    this.atOnce = atOnce;
  }

  /**
   * Runs the task when its turn has come. Rejects with the signal's reason when there is one and it aborts while the task
   * waits; a task that runs ends by itself.
   */
  async run<T>(key: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? new PQueue({ concurrency: this.atOnce });
    this.queues.set(key, queue);
    let waits = true;
    let stopWaiting: (() => void) | undefined;
    const abortedWhileWaiting = new Promise<never>((_, reject) => {
      stopWaiting = () => {
        if (waits) reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stopWaiting, { once: true });
    });
    const turn = queue.add(async () => {
      waits = false;
      signal?.throwIfAborted();
      return await task();
    });
    const forget = () => {
      if (stopWaiting) signal?.removeEventListener('abort', stopWaiting);
      if (!this.isBusy(key)) this.queues.delete(key);
    };
    turn.then(forget, forget);
    return await Promise.race([turn, abortedWhileWaiting]);
  }

  /** Whether a task of this key runs or waits. */
  isBusy(key: string): boolean {
    const queue = this.queues.get(key);
    return queue !== undefined && queue.size + queue.pending > 0;
  }
}
