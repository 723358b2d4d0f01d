/** Does something for a key, one round at a time; what is asked for meanwhile makes one more round. */
export class Rounds {
  private readonly work: (key: string) => Promise<void>;
  private readonly running = new Map<string, Promise<void>>();
  private readonly again = new Set<string>();

  constructor(work: (key: string) => Promise<void>) {
    this.work = work;
  }

  /** Settled when the work was done for a state that is not older than this call; rejects when a round does. */
  async run(key: string): Promise<void> {
    const current = this.running.get(key);
    if (current) this.again.add(key);
    const rounds = current ?? this.runUntilDone(key);
    this.running.set(key, rounds);
    await rounds;
  }

  private async runUntilDone(key: string): Promise<void> {
    try {
      do {
        this.again.delete(key);
        await this.work(key);
      } while (this.again.has(key));
    } finally {
      this.running.delete(key);
    }
  }
}
