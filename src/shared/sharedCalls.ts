/**
 * One question that many ask at the same time. Whoever asks while it is under way shares the next one with all who do, so
 * everybody gets an answer that was looked for after they asked.
 */
export class SharedCalls<T> {
  private readonly call: () => Promise<T>;
  private running: Promise<unknown> = Promise.resolve();
  private next: Promise<T> | undefined;

  constructor(call: () => Promise<T>) {
    this.call = call;
  }

  /** Rejects, for all who share it, when the call does. */
  ask(): Promise<T> {
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        const answer = this.call();
        this.running = answer;
        return answer;
      });
    return this.next;
  }

  /** Waits until what was asked for by now is answered, or has failed. */
  async settled(): Promise<void> {
    await (this.next ?? this.running).catch(() => undefined);
  }
}
