import PQueue from 'p-queue';

/** Runs the tasks of one key one after the other, and those of different keys side by side. */
export class KeyedQueue {
  private readonly queues = new Map<string, PQueue>();

  /**
   * Runs the task when those before it are done. Rejects with the signal's reason when it aborts while the task waits;
   * a task that runs ends by itself.
   */
  async run<T>(key: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(key) ?? new PQueue({ concurrency: 1 });
    this.queues.set(key, queue);
    let waits = true;
    let stopWaiting: (() => void) | undefined;
    const abortedWhileWaiting = new Promise<never>((_, reject) => {
      stopWaiting = () => {
        if (waits) reject(signal.reason as Error);
      };
      signal.addEventListener('abort', stopWaiting, { once: true });
    });
    const turn = queue.add(async () => {
      waits = false;
      signal.throwIfAborted();
      return await task();
    });
    const forget = () => {
      if (stopWaiting) signal.removeEventListener('abort', stopWaiting);
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
